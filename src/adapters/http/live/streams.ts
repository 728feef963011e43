import type { OutgoingHttpHeaders } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import { laterBy, MINUTE_MS, type Timestamp } from '#domain/time.js'
import type { Clock, Identity } from '#application/ports/system.js'
import { HttpProblem } from '../shared/problem.js'
import { LiveConnection, type LiveMetrics } from './connection.js'
import { eventFrame, HEARTBEAT, helloFrame, type Frame } from './frame.js'
import type { Places } from './places.js'

export const HEARTBEAT_S = 15
const PERSON_MAX = 10
const ADDRESS_MAX = 50
const GUEST_MS = 60 * MINUTE_MS
/** The time over which clients come back that a stop has sent away, and the slices in which they are. */
const SPREAD_MS = 5000
const SLICE = 256
const RETRY_S = 5

/** Why a stream ends. */
export type Farewell = 'shutdown' | 'expired' | 'revoked' | 'removed' | 'failed'

/** Who reads a stream. */
export interface Reader {
  /** Null for a guest, whose address counts. */
  readonly userId: string | null
  readonly sessionId: string | null
  readonly address: string
  /** When their credentials expire; null where they do not say. */
  readonly until: Timestamp | null
}

export interface StreamsPorts {
  readonly clock: Clock
  readonly identity: Pick<Identity, 'random'>
  readonly metrics: LiveMetrics
  /** Whether the session of a reader goes on. @throws where that is not known */
  readonly isSessionOpen: (sessionId: string, userId: string) => Promise<boolean>
  readonly connectionsMax: number
  readonly places: Places
}

/** A place among the streams of this process, from before the first answer to the end of the stream. */
export class Seat {
  readonly reader: Reader
  readonly until: Timestamp | null
  connection: LiveConnection | null = null
  /** What tells the reader that the stream goes on. */
  heartbeat: () => Frame = () => HEARTBEAT
  readonly #streams: Streams

  constructor (streams: Streams, reader: Reader, until: Timestamp | null) {
    this.#streams = streams
    this.reader = reader
    this.until = until
  }

  /** Begins the stream: from now on problems can no longer be answered. `onEnd` runs once, however the stream ends. */
  begin (reply: FastifyReply, position: string, onEnd: () => void): LiveConnection {
    const { metrics, identity, clock } = this.#streams.ports
    reply.hijack()
    const connection = new LiveConnection(reply.raw, metrics, () => {
      onEnd()
      this.leave()
    })
    const hello = { connectionId: identity.random('con'), position, heartbeatS: HEARTBEAT_S, expiresAt: this.until, now: clock() }
    connection.begin({
      ...reply.getHeaders() as OutgoingHttpHeaders,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      connection: 'close',
    }, helloFrame(hello, position))
    this.connection = connection
    return connection
  }

  end (reason: Farewell, afterMs = 0): void {
    this.connection?.end(eventFrame('reconnect', { reason, afterMs }))
  }

  leave (): void {
    this.#streams.leave(this)
  }
}

/** All streams of this process: how many there may be, their heartbeats, and when each ends. */
export class Streams {
  readonly ports: StreamsPorts
  readonly #seats = new Set<Seat>()
  /** The seats by the second of the heartbeat in which they are looked at. */
  readonly #wheel = Array.from({ length: HEARTBEAT_S }, () => new Set<Seat>())
  #second = 0
  #round = 0
  #isStopping = false

  constructor (ports: StreamsPorts) {
    this.ports = ports
  }

  /** @throws overloaded, rate_limited */
  async take (reader: Reader): Promise<Seat> {
    if (this.#isStopping) throw new HttpProblem('overloaded', 'the service is stopping; connect to another process', RETRY_S)
    if (this.#seats.size >= this.ports.connectionsMax) throw new HttpProblem('overloaded', 'this process has as many streams as it takes', RETRY_S)
    const seat = new Seat(this, reader, this.#endOf(reader))
    this.#seats.add(seat)
    if (!await this.ports.places.take(nameOf(reader), reader.userId === null ? ADDRESS_MAX : PERSON_MAX)) {
      this.#seats.delete(seat)
      throw new HttpProblem('rate_limited', 'too many streams are open; close one', RETRY_S)
    }
    // The second that was looked at last: the next heartbeat of a new stream is the farthest.
    this.#now().add(seat)
    this.ports.metrics.setLiveConnections(this.#seats.size)
    return seat
  }

  /** Those who are no user stay an hour at most. */
  #endOf ({ userId, until }: Reader): Timestamp | null {
    if (userId !== null) return until
    const end = laterBy(this.ports.clock(), GUEST_MS)
    return until !== null && until < end ? until : end
  }

  #now (): Set<Seat> {
    return this.#wheel[this.#second] as Set<Seat>
  }

  leave (seat: Seat): void {
    if (!this.#seats.delete(seat)) return
    for (const seats of this.#wheel) seats.delete(seat)
    this.ports.places.leave(nameOf(seat.reader))
    this.ports.metrics.setLiveConnections(this.#seats.size)
  }

  /** To be called every second: each stream is looked at every `HEARTBEAT_S` seconds. */
  async beat (): Promise<void> {
    this.#second = (this.#second + 1) % HEARTBEAT_S
    if (this.#second === 0) this.#round++
    const now = this.ports.clock()
    const nowMs = Date.parse(now)
    const checked: Array<Promise<void>> = []
    for (const seat of this.#now()) {
      const { connection, until, reader } = seat
      if (connection === null) continue
      // One who takes nothing would not take the farewell either.
      if (connection.isStuck(nowMs)) connection.cut()
      else if (until !== null && until <= now) seat.end('expired')
      else {
        connection.writeIdle(seat.heartbeat())
        if (this.#round % 2 === 0 && reader.sessionId !== null && reader.userId !== null) checked.push(this.#check(seat, reader.sessionId, reader.userId))
      }
    }
    await Promise.all(checked)
  }

  /** A session that cannot be looked at goes on. */
  async #check (seat: Seat, sessionId: string, userId: string): Promise<void> {
    const isOpen = await this.ports.isSessionOpen(sessionId, userId).catch(() => true)
    if (!isOpen) seat.end('revoked')
  }

  /** Sends all readers away, to come back to other processes one after another. No stream begins any more. */
  async stop (): Promise<void> {
    this.#isStopping = true
    const seats = [...this.#seats]
    for (const [index, seat] of seats.entries()) {
      if (index > 0 && index % SLICE === 0) await setImmediate()
      seat.end('shutdown', Math.floor(SPREAD_MS * index / seats.length))
    }
  }
}

function nameOf ({ userId, address }: Reader): string {
  return userId === null ? `address ${address}` : `user ${userId}`
}
