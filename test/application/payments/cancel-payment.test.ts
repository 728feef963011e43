import t from 'tap'
import { laterBy } from '#domain/time.js'
import { admin, payer, seller, START, stranger } from '../../support/builders.js'
import { outageWorld } from '../../support/outages.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { found, LEASE_OVER_MS, notFound, success, unknown, world } from '../../support/world.js'
import { action, DAY_MS, MINUTE_MS, stored, waiting } from './completing.js'

const canceled = found({ kind: 'canceled', reference: 'ref-1' })

t.test('the payer, the seller and an administrator cancel a payment, on the word of the provider', async (t) => {
  for (const caller of [payer, seller, admin]) {
    const w = world()
    const paymentId = await waiting(w, action)
    w.gateway.willCancel(canceled)
    t.match(await w.cancelPayment({ caller, paymentId }), { status: 'canceled', nextAction: null, expiresAt: START })
    t.match(await w.cancelPayment({ caller, paymentId }), { status: 'canceled' }, 'a repeat answers the current state')
    t.equal(w.gateway.cancels.length, 1)
  }
})

t.test('a stranger finds no payment to cancel', async (t) => {
  const w = world()
  const paymentId = await waiting(w, action)
  await t.rejects(w.cancelPayment({ caller: stranger, paymentId }), { code: 'not_found' })
  t.equal(w.gateway.cancels.length, 0)
})

t.test('while the provider does not say so, the payment is not canceled, but its page is not offered', async (t) => {
  const w = world()
  const paymentId = await waiting(w, action)
  w.gateway.willCancel(unknown, found({ kind: 'open', reference: 'ref-1' }), canceled)
  t.match(await w.cancelPayment({ caller: payer, paymentId }), { status: 'requires_action', expiresAt: START })
  t.match(await w.cancelPayment({ caller: payer, paymentId }), { status: 'requires_action' })
  w.time.advance(5 * MINUTE_MS)
  t.equal(await w.completePayments(), true)
  t.match(await stored(w, paymentId), { status: 'canceled', flags: [] }, 'the follow-up closes it')
  t.same([w.gateway.cancels.length, w.gateway.lookups.length], [3, 0])
})

t.test('a payment whose money was taken cannot be canceled, even if the provider says so only now', async (t) => {
  const w = world()
  const paymentId = await waiting(w, action)
  w.gateway.willCancel(found(success()))
  const refused = { code: 'payment_not_cancelable' }
  await t.rejects(w.cancelPayment({ caller: payer, paymentId }), refused)
  t.match(await stored(w, paymentId), { status: 'succeeded', flags: [] })
  await t.rejects(w.cancelPayment({ caller: payer, paymentId }), refused)
  t.equal(w.gateway.cancels.length, 1)
})

t.test('a payment whose payer has done their part cannot be canceled', async (t) => {
  const w = world()
  const paymentId = await waiting(w, action)
  w.gateway.willCancel(found({ kind: 'processing', reference: 'ref-1' }))
  await t.rejects(w.cancelPayment({ caller: payer, paymentId }), { code: 'payment_not_cancelable' })
  t.match(await stored(w, paymentId), { status: 'pending', nextAction: null })
  await t.rejects(w.cancelPayment({ caller: payer, paymentId }), { code: 'payment_not_cancelable' })
  t.equal(w.gateway.cancels.length, 1)
})

t.test('a payment whose request is in progress is not canceled under it', async (t) => {
  const w = world()
  w.gateway.willCharge(new Error('crash'))
  await t.rejects(w.process())
  const [{ paymentId = '' } = {}] = (await w.listPayments({ userId: 'ada', status: null, before: null, limit: 1 })).items
  await t.rejects(w.cancelPayment({ caller: payer, paymentId }), { code: 'request_in_progress' })
  w.time.advance(LEASE_OVER_MS)
  w.gateway.willCancel(canceled)
  t.match(await w.cancelPayment({ caller: payer, paymentId }), { status: 'canceled' })
})

t.test('no payment is canceled while the store is away, and the provider is not told', async (t) => {
  const { stores, leave } = await outageWorld()
  const gateway = new ScriptedGateway()
  const w = world({ gateways: [gateway], persistence: stores })
  const paymentId = await waiting(w, action)
  await w.payments.find(paymentId)
  await leave()
  await t.rejects(w.cancelPayment({ caller: payer, paymentId }), { code: 'store_unavailable' })
  t.equal(gateway.cancels.length, 0)
})

t.test('a payment that its payer has left is closed at the provider after the time of the service', async (t) => {
  const w = world({ abandonMs: DAY_MS })
  const paymentId = await waiting(w, action)
  w.gateway.willLookup(found(action), found(action))
  for (const wait of [5 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS - 65 * MINUTE_MS - 1]) {
    w.time.advance(wait)
    await w.completePayments()
  }
  t.equal(w.gateway.cancels.length, 0)
  w.gateway.willCancel(canceled)
  w.time.advance(1)
  await w.completePayments()
  t.match(await stored(w, paymentId), { status: 'canceled', flags: [], followUp: null })
  t.same([w.gateway.lookups.length, w.gateway.cancels.length], [2, 1])
})

t.test('a payment of half an hour is closed after half an hour, and asked about after an hour more where the provider does not answer', async (t) => {
  const w = world({ abandonMs: 30 * MINUTE_MS })
  const paymentId = await waiting(w, action)
  w.gateway.willLookup(found(action))
  w.time.advance(5 * MINUTE_MS)
  await w.completePayments()
  t.match(await stored(w, paymentId), { followUp: { tries: 0, dueAt: laterBy(START, 30 * MINUTE_MS) } })
  w.gateway.willCancel(unknown, canceled)
  w.time.advance(25 * MINUTE_MS)
  await w.completePayments()
  t.match(await stored(w, paymentId), { status: 'requires_action', followUp: { tries: 1, dueAt: laterBy(START, 90 * MINUTE_MS) } })
  w.time.advance(60 * MINUTE_MS)
  await w.completePayments()
  t.match(await stored(w, paymentId), { status: 'canceled' })
})

t.test('a payer who has done their part is not hurried: their payment keeps its schedule, and is not closed', async (t) => {
  const w = world({ abandonMs: 30 * MINUTE_MS })
  const paymentId = await waiting(w, { kind: 'processing', reference: 'ref-1' })
  w.gateway.willLookup(found({ kind: 'processing', reference: 'ref-1' }), found({ kind: 'processing', reference: 'ref-1' }))
  w.time.advance(5 * MINUTE_MS)
  await w.completePayments()
  t.match(await stored(w, paymentId), { followUp: { tries: 1, dueAt: laterBy(START, 65 * MINUTE_MS) } })
  w.time.advance(60 * MINUTE_MS)
  await w.completePayments()
  t.same([(await stored(w, paymentId)).status, w.gateway.cancels.length], ['pending', 0])
})

t.test('a repeat of the request does not send a charge of unknown outcome after the time of the service', async (t) => {
  const w = world({ abandonMs: 30 * MINUTE_MS })
  await waiting(w, unknown)
  w.time.advance(30 * MINUTE_MS)
  w.gateway.willLookup(notFound)
  t.match(await w.process(), { replayed: true, payment: { status: 'pending' } })
  t.equal(w.gateway.charges.length, 1)
})

t.test('a payment with a time of its own is closed as soon as that is over', async (t) => {
  const w = world({ abandonMs: DAY_MS })
  w.gateway.willCharge(action)
  const { payment: { paymentId, expiresAt } } = await w.process({ expiresInMinutes: 30 })
  t.equal(expiresAt, laterBy(START, 30 * MINUTE_MS))
  w.time.advance(5 * MINUTE_MS)
  w.gateway.willLookup(found(action))
  await w.completePayments()
  t.match(await stored(w, paymentId), { followUp: { dueAt: expiresAt } })
  w.time.advance(25 * MINUTE_MS)
  w.gateway.willCancel(canceled)
  await w.completePayments()
  t.match(await stored(w, paymentId), { status: 'canceled' })
})

t.test('the time to pay belongs to the request, and a request without one is as before', async (t) => {
  const w = world()
  w.gateway.willCharge(action)
  await w.process({ expiresInMinutes: 45 })
  await t.rejects(w.process({ expiresInMinutes: 46 }), { code: 'idempotency_key_reused' })
  await t.rejects(w.process(), { code: 'idempotency_key_reused' })
  t.match(await w.process({ expiresInMinutes: 45 }), { replayed: true })
})

t.test('a repeat of the request does not charge a payment that was to be canceled', async (t) => {
  const w = world()
  const paymentId = await waiting(w, unknown)
  w.gateway.willCancel(unknown)
  t.match(await w.cancelPayment({ caller: payer, paymentId }), { status: 'pending', expiresAt: START })
  w.gateway.willLookup(notFound, found(success()))
  t.match(await w.process(), { replayed: true, payment: { paymentId, status: 'pending' } })
  t.match(await w.process(), { replayed: true, payment: { paymentId, status: 'succeeded' } }, 'money that the provider has is still taken in')
  t.equal(w.gateway.charges.length, 1)
})
