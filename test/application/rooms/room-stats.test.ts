import t from 'tap'
import { makePersonIn } from '#application/rooms/open-rooms.js'
import { makeModerateMessages } from '#application/rooms/room-messages.js'
import { makeRoomStats } from '#application/rooms/room-stats.js'
import type { Caller } from '#domain/accounts/session.js'
import { settle } from '#domain/payments/settlement.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { payment } from '../../contracts/fixtures.js'
import { dispatcherOf } from '../../support/dispatching.js'
import { operator, owner, roomNodes } from '../../support/room-nodes.js'

async function studio () {
  const nodes = await roomNodes()
  const { stores, time, first, identity, roomId } = nodes
  const personIn = makePersonIn(identity)
  const ports = { ...stores, clock: time.clock, openRoom: first.openRoom, personIn }
  const roomStats = makeRoomStats(ports)
  const moderate = makeModerateMessages({ ...ports, identity, roomRateMax: 50 }, first.setSanction)
  const dispatcher = dispatcherOf(stores, { clock: time.clock })
  return {
    ...nodes,
    moderate,
    dispatch: async () => {
      time.advance(11_000)
      await dispatcher.run()
    },
    stats: async (caller: Caller = owner) => await roomStats({ caller, roomId }),
    insert: async (paymentId: string, fields: object = {}) => { await stores.payments.insert(payment(paymentId, { roomId, createdAt: time.clock(), ...fields })) },
    learn: async (paymentId: string, fact: PaymentFact) => { await stores.payments.update(paymentId, (before) => settle(before, fact, time.clock())) },
  }
}

const success = (amount = 100, currency = 'TRY'): PaymentFact => ({ kind: 'succeeded', reference: 'ref-1', amount, currency })

t.test('statistics count messages, people, deletions, reports and minutes, also those that came since', async (t) => {
  const { first, roomId, moderate, stats, time } = await studio()
  const { entry: { messageId }, position } = await first.send(roomId, 'ayse', 'Bir')
  await first.send(roomId, 'bora', 'İki')
  await moderate.reportRoomMessage({ roomId, messageId, position, userId: 'bora', reason: 'spam', note: null })
  t.match(await stats(), { roomId, messages: 2, chatters: 2, deleted: 0, reports: 1, minutesCharged: 0, complete: false })
  for (let number = 0; number < 500; number++) await first.send(roomId, `user${number % 100}`, 'a')
  await moderate.deleteRoomMessage({ caller: operator, roomId, messageId, position })
  time.advance(90_000)
  await first.chargeRooms()
  const found = await Promise.all([stats(), stats(operator)])
  for (const one of found) t.match(one, { durationS: 90, messages: 502, chatters: 102, deleted: 1, reports: 1, minutesCharged: 2, unchargedMinutes: 0, products: [] })
  await t.rejects(stats({ userId: 'ayse', admin: false }), { code: 'forbidden' })
})

t.test('sales are counted once by product and currency, and refunds and disputes subtract', async (t) => {
  const { insert, learn, dispatch, stats } = await studio()
  await insert('pay_1', { items: [{ name: 'Atkı', quantity: 2, unitAmount: 50 }] })
  await insert('pay_2', { productId: 'p-1' })
  await insert('pay_3', { productId: 'p-9', currency: 'EUR' })
  await insert('pay_4', { productId: 'p-1' })
  for (const id of ['pay_1', 'pay_2', 'pay_4']) await learn(id, success())
  await learn('pay_3', success(100, 'EUR'))
  await dispatch()
  await dispatch()
  const none = { refunds_count: 0, refunds_amount: 0, disputed_amount: 0 }
  const eur = { currency: 'EUR', productId: 'p-9', sales: { ...none, orders_count: 1, units_count: 1, sold_amount: 100 } }
  const unnamed = { currency: 'TRY', productId: null, sales: { ...none, orders_count: 1, units_count: 2, sold_amount: 100 } }
  t.same((await stats()).products, [eur, unnamed, { currency: 'TRY', productId: 'p-1', sales: { ...none, orders_count: 2, units_count: 2, sold_amount: 200 } }])
  await learn('pay_2', { kind: 'refund', refundId: 're_1', origin: 'provider', status: 'succeeded', amount: 40 })
  await learn('pay_2', { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 60 })
  await learn('pay_4', { kind: 'dispute', disputeId: 'dp_2', status: 'open', amount: 100 })
  await dispatch()
  await learn('pay_4', { kind: 'dispute', disputeId: 'dp_2', status: 'won', amount: 100 })
  await dispatch()
  t.same((await stats()).products, [eur, unnamed, { currency: 'TRY', productId: 'p-1', sales: { orders_count: 2, units_count: 2, sold_amount: 200, refunds_count: 1, refunds_amount: 40, disputed_amount: 60 } }])
})

t.test('statistics are complete once the room has ended, its minutes are charged, and nothing of before waits for its effect', async (t) => {
  const { first, roomId, stats, time, insert, dispatch } = await studio()
  await first.chargeRooms()
  time.advance(10_000)
  await insert('pay_1')
  await first.endRoom({ caller: owner, roomId })
  time.advance(60_000)
  await first.chargeRooms()
  t.match(await stats(), { durationS: 10, complete: false }, 'an event waits')
  await dispatch()
  t.match(await stats(), { durationS: 10, minutesCharged: 1, complete: true })
  await insert('pay_2')
  t.match(await stats(), { complete: true })
})

t.test('the minutes of a room that has just ended are not complete', async (t) => {
  const { first, roomId, dispatch, stats, time } = await studio()
  await first.endRoom({ caller: owner, roomId })
  await dispatch()
  time.advance(4000)
  await first.chargeRooms()
  t.match(await stats(), { complete: false }, 'an event of before may not be stored yet')
  time.advance(1)
  t.match(await stats(), { complete: true })
  const other = await studio()
  await other.first.endRoom({ caller: owner, roomId: other.roomId })
  other.time.advance(20_000)
  t.match(await other.stats(), { complete: false, minutesCharged: 0 })
})

t.test('a room that has not begun has nothing to count, and a process remembers the counts of 50 rooms', async (t) => {
  const { first, stores, time, identity } = await roomNodes()
  const roomStats = makeRoomStats({ ...stores, clock: time.clock, openRoom: first.openRoom, personIn: makePersonIn(identity) })
  const details = { title: 'Sonra', description: null, category: null, coverUrl: null, visibility: 'public', startsAt: null, products: [], settings: {} } as const
  for (let number = 0; number < 52; number++) {
    const { room: { roomId } } = await first.createRoom({ caller: owner, key: `k ${number}`, details, streamerId: null, copyModeratorsFrom: null })
    t.match(await roomStats({ caller: owner, roomId }), { durationS: 0, messages: 0, minutesCharged: 0, unchargedMinutes: 0, products: [], complete: false })
  }
  await t.rejects(roomStats({ caller: owner, roomId: 'none' }), { code: 'not_found' })
})
