import { connect } from 'node:net'
import { once } from 'node:events'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { WAITING_MAX_BYTES, type LiveConnection } from '#adapters/http/live/connection.js'
import { eventFrame } from '#adapters/http/live/frame.js'
import { makePlaces } from '#adapters/http/live/places.js'
import { HEARTBEAT_S, Streams, type Reader, type Seat, type StreamsPorts } from '#adapters/http/live/streams.js'
import { identity } from '#adapters/system/system.js'
import { DomainError } from '#domain/errors.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import { at } from '../../../contracts/fixtures.js'
import { openStream } from '../../../support/live.js'

interface World {
  readonly streams: Streams
  /** The seats in the order of their requests. */
  readonly seats: Seat[]
  readonly counts: { connections: number, deliveries: number, cut: number, ended: number }
  readonly url: string
  readonly port: number
  /** Moves the time, second by second, with a heartbeat in each. */
  readonly pass: (seconds: number) => Promise<void>
}

/** A service that has streams alone. */
async function world (t: Test, reader: Partial<Reader> = {}, ports: Partial<StreamsPorts> = {}): Promise<World> {
  let now: Timestamp = at(0)
  const counts = { connections: 0, deliveries: 0, cut: 0, ended: 0 }
  const streams = new Streams({
    clock: () => now,
    identity,
    metrics: {
      setLiveConnections: (count) => { counts.connections = count },
      countLiveDeliveries: (count) => { counts.deliveries += count },
      countSlowCut: () => { counts.cut++ },
      countResume: () => {},
    },
    isSessionOpen: async () => true,
    connectionsMax: 1000,
    places: makePlaces(),
    ...ports,
  })
  const seats: Seat[] = []
  const app = Fastify()
  app.get('/', async (_request, reply) => {
    const seat = await streams.take({ userId: 'ayse', sessionId: null, address: '127.0.0.1', until: null, ...reader })
    seats.push(seat)
    seat.begin(reply, '7', () => { counts.ended++ })
    return reply
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    await streams.stop()
    await app.close()
  })
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      now = laterBy(now, 1000)
      await streams.beat()
    }
  }
  return { streams, seats, counts, url, port: Number(new URL(url).port), pass }
}

function connectionOf (seat: Seat | undefined): LiveConnection {
  if (seat?.connection == null) throw new Error('the stream has not begun')
  return seat.connection
}

t.test('a person has ten streams at once, a network of guests fifty, and a process as many as it is told', async (t) => {
  const { streams, counts } = await world(t, {}, { connectionsMax: 70 })
  const take = async (userId: string | null, address = '10.0.0.1'): Promise<Seat> => await streams.take({ userId, sessionId: null, address, until: null })
  const seats = await Promise.all(Array.from({ length: 10 }, async () => await take('ada')))
  await t.rejects(take('ada'), { code: 'rate_limited', retryAfterS: 5 })
  const guests = await Promise.all(Array.from({ length: 50 }, async () => await take(null)))
  await t.rejects(take(null), { code: 'rate_limited' })
  const elsewhere = await take(null, '10.0.0.2')
  elsewhere.leave()
  t.equal(counts.connections, 60)
  seats[0]?.leave()
  seats[0]?.leave()
  t.equal(counts.connections, 59)
  seats[0] = await take('ada')
  await t.rejects(take('ada'), { code: 'rate_limited' }, 'a place is given back once')
  const others = await Promise.all(Array.from({ length: 10 }, async (_, index) => await take(`user${index}`)))
  await t.rejects(take('bora'), { code: 'overloaded', retryAfterS: 5 })
  for (const seat of [...seats, ...guests, ...others]) seat.leave()
  t.equal(counts.connections, 0)
  await streams.stop()
  await t.rejects(take('bora'), { code: 'overloaded' })
})

t.test('a heartbeat comes every fifteen seconds, and a stream ends with its token', async (t) => {
  const { url, pass, counts } = await world(t, { until: at(40) })
  const stream = await openStream(url)
  t.match((await stream.next('hello')).data, { position: '7', heartbeatS: HEARTBEAT_S, expiresAt: at(40), now: at(0) })
  await pass(30)
  t.equal(counts.ended, 0)
  await pass(15)
  t.match((await stream.next('reconnect')).data, { reason: 'expired', afterMs: 0 })
  await stream.ended
  t.equal(stream.comments(), 2)
})

t.test('a guest stays for an hour', async (t) => {
  const { url, pass } = await world(t, { userId: null })
  const stream = await openStream(url)
  t.match((await stream.next('hello')).data, { expiresAt: at(3600) })
  await pass(3600 + HEARTBEAT_S)
  t.match((await stream.next('reconnect')).data, { reason: 'expired' })
})

t.test('a session that is over ends its stream within a minute, and one that cannot be looked at does not', async (t) => {
  const asked: string[] = []
  let answer: 'open' | 'unknown' | 'over' = 'open'
  const isSessionOpen = async (sessionId: string, userId: string): Promise<boolean> => {
    asked.push(`${sessionId} ${userId}`)
    if (answer === 'unknown') throw new DomainError('store_unavailable', 'away')
    return answer === 'open'
  }
  const { url, pass } = await world(t, { sessionId: 'ses_1' }, { isSessionOpen })
  const stream = await openStream(url)
  await stream.next('hello')
  await pass(60)
  answer = 'unknown'
  await pass(60)
  t.same(asked, Array.from({ length: 4 }, () => 'ses_1 ayse'))
  answer = 'over'
  await pass(60)
  t.match((await stream.next('reconnect')).data, { reason: 'revoked' })
})

t.test('a stop sends all away, spread over five seconds, and each answer ends whole', async (t) => {
  const { url, streams, seats, counts } = await world(t, { userId: null, address: 'a' })
  const open = await Promise.all(Array.from({ length: 40 }, async () => await openStream(url)))
  await Promise.all(open.map(async ({ next }) => await next('hello')))
  await streams.stop()
  const waits: number[] = []
  for (const stream of open) {
    const { data } = await stream.next('reconnect')
    t.equal(data['reason'], 'shutdown')
    waits.push(Number(data['afterMs']))
    await stream.ended
    t.ok(stream.response.complete)
  }
  waits.sort((one, other) => one - other)
  t.same(waits, Array.from({ length: 40 }, (_, index) => index * 125))
  for (const { connection } of seats) connection?.write(eventFrame('late', {}))
  t.equal(counts.deliveries, 0)
})

t.test('a reader for whom too much waits is cut off, and costs no more memory than that', async (t) => {
  const { url, seats, counts } = await world(t)
  const { response, ended } = await openStream(url)
  response.pause()
  const connection = connectionOf(seats[0])
  const frame = eventFrame('entries', { text: 'x'.repeat(32 * 1024) })
  let writes = 0
  let most = 0
  while (!connection.isClosed && writes++ < 2000) {
    connection.write(frame)
    most = Math.max(most, connection.waiting)
    if (writes % 8 === 0) await new Promise(setImmediate)
  }
  t.ok(connection.isClosed)
  t.equal(counts.cut, 1)
  t.ok(most <= WAITING_MAX_BYTES + frame.chunk.length)
  response.resume()
  await ended
  t.equal(counts.connections, 0)
})

t.test('a reader who takes nothing for 45 seconds is cut off, one who is slow is not', async (t) => {
  const { url, seats, counts, pass } = await world(t)
  const { response } = await openStream(url)
  response.pause()
  const connection = connectionOf(seats[0])
  const frame = eventFrame('entries', { text: 'x'.repeat(32 * 1024) })
  const fill = async (): Promise<void> => {
    while (!connection.isFull) {
      connection.write(frame)
      await new Promise(setImmediate)
    }
  }
  await fill()
  await pass(30)
  const drained = connection.drained()
  response.resume()
  await drained
  response.pause()
  await fill()
  await pass(30)
  t.notOk(connection.isClosed, 'it has taken something meanwhile')
  await pass(45)
  t.ok(connection.isClosed)
  await connection.drained()
  t.same(counts, { connections: 0, deliveries: counts.deliveries, cut: 0, ended: 1 })
})

t.test('a reader who leaves gives their place back, and is written to no more', async (t) => {
  const { url, seats, counts, pass } = await world(t)
  const { close, next } = await openStream(url)
  await next('hello')
  const response = seats[0]
  close()
  while (counts.ended === 0) await new Promise(setImmediate)
  t.equal(counts.connections, 0)
  response?.end('failed')
  connectionOf(response).writeIdle(eventFrame('viewers', {}))
  await pass(HEARTBEAT_S)
})

/** All that comes over a connection on which this is sent, until it ends. */
async function raw (port: number, text: string, until: (received: string) => boolean): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(text)
  let received = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk
    if (until(received)) socket.destroy()
  })
  await once(socket, 'close')
  return received
}

t.test('a client of HTTP/1.0 gets the events without chunks, and one that pipelines gets them behind the first answer', async (t) => {
  const { port, seats } = await world(t)
  const first = raw(port, 'GET / HTTP/1.0\r\n\r\n', (received) => received.includes('"n":1'))
  while (seats[0]?.connection === undefined) await new Promise(setImmediate)
  connectionOf(seats[0]).write(eventFrame('entries', { n: 1 }))
  t.match(await first, /\r\n\r\nretry: 2000\n\nid: 7\nevent: hello\ndata: {[^\n]+}\n\nevent: entries\ndata: {"n":1}\n\n$/)
  const second = raw(port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n', () => false)
  while (seats.length < 3) await new Promise(setImmediate)
  connectionOf(seats[2]).write(eventFrame('entries', { n: 3 }))
  connectionOf(seats[1]).write(eventFrame('entries', { n: 2 }))
  seats[1]?.end('failed')
  const received = await second
  t.match(received, /"n":2/)
  t.notOk(received.includes('"n":3'), 'a stream ends its connection')
})
