import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { TRIES } from '#application/outbox/dispatch-shard.js'
import { indexAttention } from '#application/outbox/effects/index-attention.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { messageSent } from '#domain/messages/message.js'
import { raiseFlag } from '#domain/payments/decision.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { resolveFlag } from '#domain/payments/resolution.js'
import { settle } from '#domain/payments/settlement.js'
import { at, payment } from '../../contracts/fixtures.js'
import { aMessage } from '../../support/builders.js'
import { dispatcherOf } from '../../support/dispatching.js'

/** A captured payment in memory, with what happens to it and the states of its places. */
async function started () {
  const stores = memoryStores()
  await stores.payments.insert(payment('pay_1'))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(1)))
  const refund = async (refundId: string, second: number) => await stores.payments.update('pay_1', (before) =>
    reserveRefund(before, { refundId, amount: 10, reason: 'broken', fingerprint: 'f', owner: 'o', until: at(99) }, at(second)))
  const places = async () => {
    const all = await Promise.all((['refund', 'dispute', 'flag'] as const).map(async (kind) => (await stores.attention.list({ kind, state: null }, { before: null, limit: 100 })).items))
    return all.flat().map(({ id, state }) => `${id} ${state}`)
  }
  return { stores, refund, places, dispatcher: dispatcherOf(stores) }
}

t.test('what happens to a payment moves its places, and a repeat of an event doubles nothing', async t => {
  const { stores: { payments, outbox }, refund, places, dispatcher: { run } } = await started()
  await refund('re_1', 2)
  await run()
  t.same(await places(), ['re_1 pending'])
  const { events } = await payments.update('pay_1', (before) => settle(before, { kind: 'refund', refundId: 're_1', status: 'succeeded' }, at(3)))
  await refund('re_2', 4)
  await payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 100 }, at(5)))
  await payments.update('pay_1', (before) => raiseFlag(before, 'late_success', at(6)))
  await run()
  t.same(await places(), ['re_2 pending', 're_1 succeeded', 'dp_1 open', 'late_success late_success'])
  await payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'dp_1', status: 'won', amount: 100 }, at(7)))
  await payments.update('pay_1', (before) => resolveFlag(before, 'late_success', 'dismiss', at(8)))
  // The same event once more, as after a restart from the journal of memory mode.
  await payments.update('pay_1', (before) => ({ payment: { ...before, version: before.version + 1 }, events: events.map((event) => ({ ...event, eventId: `${event.eventId}9` })) }))
  await run()
  t.same(await places(), ['re_2 pending', 're_1 succeeded', 'dp_1 won', 'late_success dismiss'])
  for (let shard = 0; shard < 8; shard++) t.same(await outbox.read(shard, 10), [])
})

t.test('an event that takes effect after later ones leaves the newest state', async t => {
  const { stores: { outbox, payments }, stores, refund, places, dispatcher: { run, end, parked } } = await started()
  await run()
  await end()
  await refund('re_1', 2)
  const choosy = { name: 'choosy', wantsPayment: () => false, writes: () => { throw new Error('not yet') } }
  const failing = dispatcherOf(stores, { effects: [indexAttention, choosy] })
  for (let tries = 0; tries < TRIES; tries++) await failing.run()
  await failing.end()
  const [{ event } = { event: { eventId: '' } }] = failing.parked
  await payments.update('pay_1', (before) => settle(before, { kind: 'refund', refundId: 're_1', status: 'succeeded' }, at(3)))
  await run()
  t.same(await places(), ['re_1 succeeded'])
  await outbox.unpark(event.eventId)
  await run()
  t.same([await places(), parked], [['re_1 succeeded'], []])
})

t.test('other events have no place, and that of a missing payment is parked', async t => {
  t.notOk(indexAttention.wantsPayment(messageSent(aMessage())))
  t.same(indexAttention.writes(messageSent(aMessage()), null), [])
  const { events: [created] } = payment('pay_2')
  t.same(created === undefined ? null : indexAttention.writes(created, null), [])
  const { stores, refund, dispatcher } = await started()
  await dispatcher.run()
  await dispatcher.end()
  await refund('re_1', 2)
  const { run, parked } = dispatcherOf({ ...stores, payments: { findMany: async () => [] } as unknown as PaymentStore })
  for (let tries = 0; tries < TRIES; tries++) await run()
  t.match(parked, [{ event: { type: 'refund.requested' }, reason: 'index-attention: Error: the payment of the event does not exist' }])
})
