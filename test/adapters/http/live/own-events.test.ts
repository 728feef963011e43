import t from 'tap'
import { OwnEvents } from '#adapters/http/live/own-events.js'
import type { LiveConnection } from '#adapters/http/live/connection.js'
import type { Frame } from '#adapters/http/live/frame.js'
import type { Seat } from '#adapters/http/live/streams.js'
import type { EventDetails } from '#application/live/load-details.js'
import { positionWord } from '#application/live/position.js'
import type { LoggedEvent } from '#application/ports/event-log.js'
import type { Payment } from '#domain/payments/payment.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import { at, message, payment } from '../../../contracts/fixtures.js'
import { aLabel } from '../../../support/shipments.js'

/** A log of events of one partition, for ayse alone, and the frames that a reader gets. */
function world (count: number) {
  const log: LoggedEvent[] = []
  const publish = (type = 'conversation.read', audience = ['ayse']): void => {
    const offset = log.length + 1
    log.push({ partition: 0, offset, id: `e${offset}`, type, schemaVersion: 1, occurredAt: at(0), subjectId: `s${offset}`, version: null, audience, data: { conversationId: 'c', readerId: 'ayse' } })
  }
  for (let index = 0; index < count; index++) publish()
  const expired = { upTo: 0 }
  const loads = { count: 0 }
  const time = { ms: 0 }
  const own = new OwnEvents({
    events: {
      ofSubject: async () => ({ items: [], nextKey: null }),
      heads: async () => Array.from({ length: OUTBOX_SHARDS }, (_, partition) => partition === 0 ? log.length : 0),
      read: async (partition, after, limit) => partition === 0 ? log.slice(Math.max(after, expired.upTo)).slice(0, limit) : [],
    },
    nowMs: () => time.ms,
    load: async (events) => {
      loads.count++
      const found: Partial<Record<string, EventDetails>> = { 'message.sent': { kind: 'message', message: message('m1') }, 'message.gone': { kind: 'message', message: null }, payment: { kind: 'payment', payment: payment('pay_1').payment }, 'payment.gone': { kind: 'payment', payment: null }, shipment: { kind: 'shipment', shipment: aLabel() }, 'shipment.gone': { kind: 'shipment', shipment: null } }
      return new Map(events.map(({ id, type }) => [id, found[type] ?? { kind: 'read' }]))
    },
    paymentView: (one: Payment, userId) => ({ paymentId: one.paymentId, seenBy: userId }),
  })
  const frames: string[] = []
  const connection = { isClosed: false, isFull: false, write: ({ text }: Frame) => { frames.push(text.toString()) }, drained: async () => { connection.isFull = false } }
  const seat = { connection } as unknown as Seat
  const follow = async (offset: number): Promise<string> => await own.follow(seat, connection as unknown as LiveConnection, 'ayse', at0(offset))
  return { own, publish, expired, loads, time, frames, connection, seat, follow }
}

const at0 = (offset: number): number[] => Array.from({ length: OUTBOX_SHARDS }, (_, partition) => partition === 0 ? offset : 0)

t.test('events are told by what they are about, and nothing of it is shown where it is gone', async (t) => {
  const { own, publish, follow, frames, connection, seat } = world(0)
  await own.begin(null)
  connection.isFull = true
  await follow(0)
  for (const type of ['message.sent', 'message.gone', 'payment', 'payment.gone', 'shipment', 'shipment.gone', 'conversation.read']) publish(type)
  publish('message.sent', ['mehmet'])
  await own.look()
  const events = frames.map((frame) => /event: (\w+)\ndata: (.+)\n/.exec(frame)).map((found) => [found?.[1], JSON.parse(String(found?.[2])) as object])
  t.match(events, [
    ['message', { messageId: 's1', message: { messageId: 'm1', message: 'text of m1' } }],
    ['message', { messageId: 's2', message: null }],
    ['payment', { paymentId: 's3', payment: { paymentId: 'pay_1', seenBy: 'ayse' } }],
    ['payment', { paymentId: 's4', payment: null }],
    ['shipment', { shipmentId: 's5', shipment: { shipmentId: 'ship_1', trackingNumber: 'T1' } }],
    ['shipment', { shipmentId: 's6', shipment: null }],
    ['read', { messageId: 's7', conversationId: 'c', readerId: 'ayse' }],
  ])
  t.equal(events.length, 7)
  t.notOk(frames.join('').includes('fingerprint'))
  own.leave(seat, 'ayse')
  own.leave(seat, 'ayse')
  publish()
  await own.look()
  t.equal(frames.length, 7, 'no one reads')
})

t.test('who was away for thousands of events, or behind what is kept, is told to read anew', async (t) => {
  const far = world(5001)
  await far.own.begin(null)
  t.equal(await far.follow(0), 'store')
  t.same(far.frames.map((frame) => frame.split('\n').slice(0, 2)), [[`id: ${positionWord(at0(5001))}`, 'event: reset']])
  t.equal(far.loads.count, 0)
  const old = world(900)
  old.expired.upTo = 50
  await old.own.begin(null)
  t.equal(await old.follow(10), 'store')
  t.equal(old.frames.length, 1)
  t.equal(await old.follow(160), 'store')
  t.equal(old.frames.length, 741)
  t.equal(old.loads.count, 4, 'a part at a time, and the rest from memory')
  old.connection.isClosed = true
  t.equal(await old.follow(160), 'memory')
  t.equal(old.frames.length, 741)
})

t.test('one who comes back is waited for at each event that is too much for them', async (t) => {
  const { own, follow, frames, connection } = world(7)
  await own.tail.look()
  let left = 2
  let waits = 0
  const slow = {
    isClosed: false,
    get isFull () { return left <= 0 },
    write: (frame: Frame) => {
      t.ok(left-- > 0, 'nothing is written while too much waits')
      frames.push(frame.text.toString())
    },
    drained: async () => {
      waits++
      left = 2
    },
  }
  Object.defineProperties(connection, Object.getOwnPropertyDescriptors(slow))
  await follow(0)
  t.same([frames.length, waits], [7, 3])
})

t.test('where nothing of what happened meanwhile is theirs, nothing is loaded or sent', async (t) => {
  const { own, publish, loads, frames, follow } = world(0)
  await own.begin(null)
  publish('message.sent', ['mehmet'])
  await own.tail.look()
  t.equal(await follow(0), 'memory')
  t.same([loads.count, frames], [0, []])
  publish('message.sent')
  await own.look()
  t.equal(frames.length, 1)
})

t.test('a position of a process that is ahead is looked for before it is refused', async (t) => {
  const { own, publish, time } = world(3)
  await own.begin(null)
  publish()
  time.ms += 100
  t.same(await own.begin(positionWord(at0(4))), at0(4))
  const looking = own.tail.look()
  publish()
  t.same(await own.begin(positionWord(at0(5))), at0(5), 'also while an earlier look is under way')
  await looking
  await t.rejects(own.begin(positionWord(at0(6))), { code: 'invalid_cursor' })
  await t.rejects(own.begin('none'), { code: 'invalid_cursor' })
})

t.test('a sign of typing goes to each stream of the other person, and to none where they have none', async (t) => {
  const { own, frames, connection, seat } = world(0)
  await own.begin(null)
  const typing = { conversationId: 'ayse#bora', userId: 'bora', otherUserId: 'ayse' }
  own.showTyping(typing)
  await own.follow(seat, connection as unknown as LiveConnection, 'ayse', own.tail.position)
  await own.follow({ connection: null } as unknown as Seat, connection as unknown as LiveConnection, 'ayse', own.tail.position)
  Object.assign(connection, { writeIdle: ({ text }: Frame) => { frames.push(text.toString()) } })
  own.showTyping(typing)
  own.showTyping({ ...typing, otherUserId: 'ceren' })
  t.same(frames, ['event: typing\ndata: {"conversationId":"ayse#bora","userId":"bora"}\n\n'])
})

t.test('a heartbeat has the position of a reader for whom nothing was, once, so that they come back from memory', async (t) => {
  const { own, publish, follow, seat, frames, loads } = world(0)
  await own.begin(null)
  await follow(0)
  t.equal(seat.heartbeat().text.toString(), ':\n\n')
  for (let index = 0; index < 5001; index++) publish('conversation.read', ['bora'])
  await own.look()
  const word = positionWord(at0(5001))
  const told = seat.heartbeat()
  t.equal(told.text.toString(), `:\n\nid: ${word}\nevent: position\ndata: {"position":"${word}"}\n\n`)
  t.equal(seat.heartbeat().text.toString(), ':\n\n', 'it is told already')
  const other = { connection: null } as unknown as Seat
  await own.follow(other, { isClosed: false, isFull: false } as unknown as LiveConnection, 'ceren', at0(5000))
  publish('conversation.read', ['bora'])
  await own.look()
  t.equal(seat.heartbeat(), other.heartbeat(), 'it is made once for all')
  t.equal(await follow(5001), 'memory')
  t.same([frames, loads.count], [[], 0])
})
