import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import { EventTail, type EventTailPorts } from '#application/live/event-tail.js'
import type { EventDetails } from '#application/live/load-details.js'
import type { Typing } from '#application/live/typing.js'
import { distance, positionIn, positionWord, type LogPosition } from '#application/live/position.js'
import type { LoggedEvent } from '#application/ports/event-log.js'
import type { LiveConnection } from './connection.js'
import { eventFrame, HEARTBEAT, positionFrame, type Frame } from './frame.js'
import { shipmentView } from '../shipping/view.js'
import type { Seat } from './streams.js'

/** Events between a position and now that are read for one who comes back. Behind more, a client reads its lists anew. */
const REPLAY_MAX = 5000

export interface OwnEventsPorts extends Pick<EventTailPorts<EventDetails>, 'events' | 'nowMs' | 'load'> {
  /** A payment as this person sees it. */
  readonly paymentView: (payment: Payment, userId: string) => object
}

/** The people who read their own events in this process. */
export class OwnEvents {
  readonly tail: EventTail<EventDetails>
  readonly #ports: OwnEventsPorts
  readonly #seats = new Map<string, Set<Seat>>()
  #told: { readonly position: LogPosition, readonly frame: Frame } | null = null

  constructor (ports: OwnEventsPorts) {
    this.#ports = ports
    this.tail = new EventTail({
      ...ports,
      isWanted: ({ audience }) => audience.some((userId) => this.#seats.has(userId)),
      deliver: ({ event, position }, details) => {
        if (details === undefined) return
        for (const userId of event.audience) {
          for (const { connection } of this.#seats.get(userId) ?? []) connection?.write(this.#frame(event, details, userId, position))
        }
      },
    })
  }

  /** Looks for what is new, if someone reads. */
  async look (): Promise<void> {
    if (this.#seats.size > 0) await this.tail.look()
  }

  /** The position behind which a stream begins: that of the client, or now. @throws invalid_cursor */
  async begin (word: string | null): Promise<LogPosition> {
    await this.tail.begin(() => this.#seats.size > 0)
    if (word === null) return this.tail.position
    const position = positionIn(word)
    if (position !== null && distance(position, this.tail.position) === null) await this.tail.lookAnew()
    if (position === null || distance(position, this.tail.position) === null) throw new DomainError('invalid_cursor', 'this is no position of this stream')
    return position
  }

  /** Sends what is behind the position, and joins the person to what comes, in one step. */
  async follow (seat: Seat, connection: LiveConnection, userId: string, from: LogPosition): Promise<'memory' | 'store'> {
    const { tail } = this
    let position = from
    let source: 'memory' | 'store' = 'memory'
    while (!connection.isClosed) {
      const kept = tail.since(position)
      if (kept === null) source = 'store'
      const events = kept ?? (Number(distance(position, tail.position)) > REPLAY_MAX ? null : await tail.read(position))
      if (events === null) {
        position = tail.position
        const word = positionWord(position)
        connection.write(eventFrame('reset', { position: word }, word))
        continue
      }
      if (events.length === 0) {
        this.#join(seat, userId)
        return source
      }
      const own = events.filter(({ audience }) => audience.includes(userId))
      const details = own.length === 0 ? new Map<string, EventDetails>() : await this.#ports.load(own)
      for (const event of events) {
        position = position.with(event.partition, event.offset)
        const found = details.get(event.id)
        if (found === undefined) continue
        if (connection.isFull) await connection.drained()
        connection.write(this.#frame(event, found, userId, position))
      }
    }
    return source
  }

  #join (seat: Seat, userId: string): void {
    const seats = this.#seats.get(userId) ?? new Set()
    this.#seats.set(userId, seats.add(seat))
    let told = this.tail.position
    seat.heartbeat = () => {
      if (told === this.tail.position) return HEARTBEAT
      told = this.tail.position
      return this.#heartbeat(told)
    }
  }

  /** Tells a reader how far the log is read, so that they come back behind what was not theirs, and from memory. Made once for all. */
  #heartbeat (position: LogPosition): Frame {
    if (this.#told?.position !== position) this.#told = { position, frame: positionFrame(positionWord(position)) }
    return this.#told.frame
  }

  /** Shows a person that another writes to them. */
  showTyping ({ conversationId, userId, otherUserId }: Typing): void {
    const seats = this.#seats.get(otherUserId)
    if (seats === undefined) return
    const frame = eventFrame('typing', { conversationId, userId })
    for (const { connection } of seats) connection?.writeIdle(frame)
  }

  leave (seat: Seat, userId: string): void {
    const seats = this.#seats.get(userId)
    seats?.delete(seat)
    if (seats?.size === 0) this.#seats.delete(userId)
  }

  #frame ({ type, occurredAt, subjectId, data }: LoggedEvent, details: EventDetails, userId: string, position: LogPosition) {
    const common = { type, occurredAt }
    const id = positionWord(position)
    switch (details.kind) {
      case 'message': return eventFrame('message', { ...common, messageId: subjectId, message: details.message === null ? null : ownMessage(details.message) }, id)
      case 'read': return eventFrame('read', { ...common, messageId: subjectId, conversationId: data['conversationId'], readerId: data['readerId'] }, id)
      case 'payment': return eventFrame('payment', { ...common, paymentId: subjectId, payment: details.payment === null ? null : this.#ports.paymentView(details.payment, userId) }, id)
      case 'shipment': return eventFrame('shipment', { ...common, shipmentId: subjectId, shipment: details.shipment === null ? null : shipmentView(details.shipment) }, id)
    }
  }
}

/** A message as its list shows it. */
function ownMessage ({ messageId, conversationId, senderId, receiverId, message, type, metadata, status, read, readAt, createdAt }: NonNullable<Extract<EventDetails, { kind: 'message' }>['message']>) {
  return { messageId, conversationId, senderId, receiverId, message, type, metadata, status, read, readAt, createdAt }
}
