import t from 'tap'
import type { LookupAnswer } from '#application/ports/payment-gateway.js'
import type { Payment } from '#domain/payments/payment.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import { laterBy } from '#domain/time.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { decline, eventTypes, found, notFound, success, unknown, world } from '../../support/world.js'
import { MINUTE_MS, DAY_MS, WAITS_MS, action, refundFact, waiting, stored } from './completing.js'

t.test('a charge that is not final is followed up after five minutes, whatever the reason', async (t) => {
  const cases: Array<[string, ChargeFact | typeof unknown, LookupAnswer, Partial<Payment>]> = [
    ['unknown, and made', unknown, found(success()), { status: 'succeeded', capturedAmount: 10_000 }],
    ['unknown, and declined', unknown, found(decline), { status: 'failed' }],
    ['processing, and done', { kind: 'processing', reference: 'ref-1' }, found(success()), { status: 'succeeded' }],
    ['left to the payer, who paid', action, found(success()), { status: 'succeeded', nextAction: null }],
    ['left by the payer', action, found({ kind: 'canceled', reference: 'ref-1' }), { status: 'canceled', nextAction: null }],
  ]
  for (const [name, answer, looked, expected] of cases) {
    const w = world()
    const paymentId = await waiting(w, answer)
    w.time.advance(5 * MINUTE_MS - 1)
    t.equal(await w.completePayments(), false, 'not due yet')
    t.equal(w.gateway.lookups.length, 0)
    w.time.advance(1)
    w.gateway.willLookup(looked)
    t.equal(await w.completePayments(), true, name)
    t.match(await stored(w, paymentId), { ...expected, flags: [], followUp: null, lease: { epoch: 2, until: null } }, name)
    w.time.advance(DAY_MS)
    t.equal(await w.completePayments(), false, 'final is final')
    t.same([w.gateway.charges.length, w.gateway.lookups.length], [1, 1], 'never sent again')
  }
})

t.test('an outcome that stays unknown is followed up seven times in five days, and then flagged, but never a failure', async (t) => {
  for (const answer of [unknown, notFound, found(), found({ kind: 'processing', reference: 'ref-1' }), found(action)]) {
    const w = world()
    const paymentId = await waiting(w)
    for (const [tries, wait] of WAITS_MS.entries()) {
      t.match(await stored(w, paymentId), { followUp: { tries, dueAt: laterBy(w.time.clock(), wait) }, flags: [] })
      w.time.advance(wait - 1)
      t.equal(await w.completePayments(), false)
      w.time.advance(1)
      w.gateway.willLookup(answer)
      t.equal(await w.completePayments(), true)
    }
    t.match(await stored(w, paymentId), { capturedAmount: 0, failure: null, followUp: null, flags: ['outcome_unknown'], lease: { until: null } })
    t.match((await stored(w, paymentId)).status, /^(pending|requires_action)$/)
    w.time.advance(30 * DAY_MS)
    t.equal(await w.completePayments(), false, 'no follow-up is left')
    t.equal((await eventTypes(w)).at(-1), 'payment.flagged')
    t.same([w.gateway.charges.length, w.gateway.lookups.length], [1, 7])
    t.equal(await w.told(paymentId, success()), 'applied')
    t.match(await stored(w, paymentId), { status: 'succeeded', flags: ['outcome_unknown'] }, 'a fact still counts')
  }
})

t.test('a charge that was never sent is followed up, because its intent is stored first', async (t) => {
  const w = world()
  w.gateway.willCharge(new Error('crash'))
  await t.rejects(w.process())
  w.time.advance(5 * MINUTE_MS)
  w.gateway.willLookup(found(success()))
  t.equal(await w.completePayments(), true)
  t.match((await w.listPayments({ userId: 'ada', status: null, before: null, limit: 1 })).items, [{ status: 'succeeded' }])
})

t.test('a repeat of the key after the flag sends the charge again, and its follow-ups begin anew', async (t) => {
  const w = world()
  const paymentId = await waiting(w)
  for (const wait of WAITS_MS) {
    w.time.advance(wait)
    w.gateway.willLookup(notFound)
    await w.completePayments()
  }
  w.gateway.willLookup(notFound).willCharge(unknown)
  t.match(await w.process(), { replayed: true, payment: { status: 'pending', flags: ['outcome_unknown'], followUp: { tries: 0, dueAt: laterBy(w.time.clock(), 5 * MINUTE_MS) } } })
  w.time.advance(5 * MINUTE_MS)
  w.gateway.willLookup(found(success()))
  await w.completePayments()
  t.match(await stored(w, paymentId), { status: 'succeeded' })
})

t.test('a refund is followed up until the provider decides it, days later', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund({ kind: 'pending' })
  const { refund: { refundId } } = await w.refund({ paymentId, amount: 4_000 })
  for (const [answer, expected] of [['pending', 'pending'], ['pending', 'pending'], ['failed', 'failed']] as const) {
    w.time.advance(DAY_MS)
    w.gateway.willLookup(found(success(), refundFact(refundId, answer)))
    await w.completePayments()
    t.match(await stored(w, paymentId), { refunds: [{ status: expected, lease: { until: null } }] })
  }
  t.match(await stored(w, paymentId), { status: 'succeeded', refundedAmount: 0, followUp: null, flags: [] })
  t.same([w.gateway.refunds.length, w.gateway.lookups.length], [1, 3], 'what the provider knows is not sent again')
})

t.test('a refund of unknown outcome is followed up, and sent again under its own key only if that is safe', async (t) => {
  const cases: Array<[string, boolean, (refundId: string) => LookupAnswer, number, string]> = [
    ['it made it', true, (refundId) => found(success(), refundFact(refundId, 'succeeded')), 1, 'succeeded'],
    ['it knows of the charge alone', true, () => found(success()), 2, 'succeeded'],
    ['it never heard of it', true, () => notFound, 2, 'succeeded'],
    ['it does not answer', true, () => unknown, 1, 'pending'],
    ['it knows of the charge alone, and repeats itself', false, () => found(success()), 1, 'pending'],
    ['it made it, but repeats itself', false, (refundId) => found(refundFact(refundId, 'succeeded')), 1, 'succeeded'],
  ]
  for (const [name, idempotent, answer, sent, status] of cases) {
    const w = world({ gateways: [new ScriptedGateway({ idempotent })] })
    const { paymentId } = await w.captured()
    w.gateway.willRefund(unknown, { kind: 'succeeded' })
    const { refund: { refundId } } = await w.refund({ paymentId, amount: 4_000 })
    w.time.advance(5 * MINUTE_MS)
    w.gateway.willLookup(answer(refundId))
    await w.completePayments()
    t.match(await stored(w, paymentId), { refunds: [{ refundId, status, lease: { epoch: 2, until: null } }], followUp: status === 'pending' ? { tries: 1 } : null }, name)
    t.equal(w.gateway.refunds.length, sent, name)
    t.ok(w.gateway.refunds.every((request) => request.refundId === refundId && request.amount === 4_000), 'each time the same refund')
  }
})

t.test('several refunds are followed up each, and only those that the provider does not know are sent again', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(unknown, unknown, { kind: 'pending' }, { kind: 'succeeded' })
  const first = await w.refund({ paymentId, key: 'r-1', amount: 1_000 })
  const second = await w.refund({ paymentId, key: 'r-2', amount: 2_000 })
  const third = await w.refund({ paymentId, key: 'r-3', amount: 3_000 })
  w.time.advance(5 * MINUTE_MS)
  w.gateway.willLookup(found(success(), refundFact(first.refund.refundId, 'succeeded'), refundFact(third.refund.refundId, 'pending')))
  await w.completePayments()
  t.match(await stored(w, paymentId), { refundedAmount: 3_000, status: 'partially_refunded', followUp: { tries: 1 }, refunds: [{ status: 'succeeded' }, { status: 'succeeded' }, { status: 'pending' }] })
  t.same(w.gateway.refunds.map(({ refundId }) => refundId), [first, second, third, second].map(({ refund }) => refund.refundId))
})

t.test('a new refund begins the schedule anew, also after the payment was flagged', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(unknown)
  await w.refund({ paymentId, key: 'r-1', amount: 1_000 })
  for (const wait of WAITS_MS) {
    w.time.advance(wait)
    w.gateway.willLookup(unknown)
    await w.completePayments()
  }
  t.match(await stored(w, paymentId), { flags: ['outcome_unknown'], followUp: null, status: 'succeeded' })
  w.gateway.willRefund(unknown)
  await w.refund({ paymentId, key: 'r-2', amount: 2_000 })
  w.time.advance(5 * MINUTE_MS)
  w.gateway.willLookup(unknown)
  t.equal(await w.completePayments(), true)
  t.match(await stored(w, paymentId), { followUp: { tries: 1 } })
})
