import t from 'tap'
import { makeAnnounceOrders } from '#application/rooms/announce-orders.js'
import type { OpenRoom } from '#application/rooms/open-rooms.js'
import { settle } from '#domain/payments/settlement.js'
import { payment } from '../../contracts/fixtures.js'
import { dispatcherOf } from '../../support/dispatching.js'
import { owner, roomNodes, type RoomNodes } from '../../support/room-nodes.js'
import { allEvents } from '../../support/world.js'

const never: (milliseconds: number, signal: AbortSignal) => Promise<void> = async (_milliseconds, signal) => {
  await new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve() }) })
}

async function orders ({ stores, feedId }: RoomNodes) {
  return (await stores.feeds.read(feedId, 0, 1000)).flatMap(({ entries }) => entries).filter(({ type }) => type === 'order')
}

/** A paid order of the room. */
async function paid ({ stores, time, roomId }: RoomNodes, paymentId: string, fields: object = {}): Promise<void> {
  await stores.payments.insert(payment(paymentId, { roomId, productId: 'p-1', items: [{ name: 'Atkı', quantity: 2, unitAmount: 50 }], createdAt: time.clock(), ...fields }))
  await stores.payments.update(paymentId, (before) => settle(before, { kind: 'succeeded', reference: `ref ${paymentId}`, amount: 100, currency: 'TRY' }, time.clock()))
}

function announcer ({ identity, time, first }: RoomNodes, openRoom: OpenRoom = first.openRoom, pause = never) {
  return makeAnnounceOrders({ openRoom, identity, clock: time.clock, pause })
}

t.test('an order is announced once, however often its event is looked at and by whichever node', async (t) => {
  const nodes = await roomNodes()
  await paid(nodes, 'pay_1')
  await paid(nodes, 'pay_2', { productId: null, items: [] })
  await paid(nodes, 'pay_other', { roomId: null, productId: null })
  const events = await allEvents(nodes.stores)
  await announcer(nodes)(events)
  await announcer(nodes, nodes.node().openRoom)(events)
  nodes.time.advance(599_999)
  await announcer(nodes, nodes.node().openRoom)(events)
  const found = await orders(nodes)
  t.same(found.map((entry) => ({ ...entry, messageId: '' })).toSorted((one, other) => JSON.stringify(one) < JSON.stringify(other) ? -1 : 1), [
    { type: 'order', at: '2026-03-01T12:00:00.000Z', messageId: '', productId: 'p-1', units: 2 },
    { type: 'order', at: '2026-03-01T12:00:00.000Z', messageId: '', productId: null, units: 1 },
  ], 'and no one is named')
})

t.test('an order is not announced after ten minutes, after the end, where the room does not want it, or where there is no room', async (t) => {
  const old = await roomNodes()
  await paid(old, 'pay_1')
  old.time.advance(600_000)
  await announcer(old)(await allEvents(old.stores))
  t.same(await orders(old), [])
  const ended = await roomNodes()
  await paid(ended, 'pay_1')
  await ended.first.endRoom({ caller: owner, roomId: ended.roomId })
  await announcer(ended)(await allEvents(ended.stores))
  t.same(await orders(ended), [])
  const quiet = await roomNodes()
  await quiet.first.editRoom({ caller: owner, roomId: quiet.roomId, version: 2, edit: { settings: { announceOrders: 'off' } } })
  await paid(quiet, 'pay_1')
  await paid(quiet, 'pay_2', { roomId: 'room_none' })
  await announcer(quiet)(await allEvents(quiet.stores))
  t.same(await orders(quiet), [])
})

t.test('events wait for the announcement, for a second at most, and end whatever becomes of it', async (t) => {
  const nodes = await roomNodes()
  const { stores, time } = nodes
  const waits: number[] = []
  const stuck = announcer(nodes, async () => await new Promise(() => {}), async (milliseconds) => { waits.push(milliseconds) })
  await paid(nodes, 'pay_1')
  await dispatcherOf(stores, { clock: time.clock, announceOrders: stuck }).run()
  t.same(waits, [1000])
  t.same(await allEvents(stores), [])
  await paid(nodes, 'pay_2')
  const left: number[] = []
  const announceOrders: typeof stuck = async (events) => {
    await announcer(nodes)(events)
    left.push((await allEvents(stores)).length)
  }
  time.advance(20_000)
  await dispatcherOf(stores, { clock: time.clock, announceOrders }).run()
  t.equal((await orders(nodes)).length, 1)
  t.ok(left.includes(2), 'the events wait')
  t.same(await allEvents(stores), [])
})
