import t from 'tap'
import type { LookupAnswer, RefundAnswer } from '#application/ports/payment-gateway.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { aCapturedPayment, admin, aPayment, payer, stranger } from '../../support/builders.js'
import { held, ScriptedGateway } from '../../support/scripted-gateway.js'
import { atOnce, eventTypes, found, LEASE_OVER_MS, notFound, unknown, world } from '../../support/world.js'

const succeeded: RefundAnswer = { kind: 'succeeded' }
const failed: RefundAnswer = { kind: 'failed' }
const pending: RefundAnswer = { kind: 'pending' }
const refunded = (refundId: string, status: 'succeeded' | 'failed' = 'succeeded'): PaymentFact => ({ kind: 'refund', refundId, status })

t.test('a part of a payment is refunded, then the rest of it', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(async ({ refundId }) => {
    t.match(await w.payments.find(paymentId), { refunds: [{ refundId, amount: 4_000, status: 'pending' }] }, 'reserved before the provider is asked')
    return succeeded
  }, succeeded)
  const part = await w.refund({ paymentId, amount: 4_000, reason: 'broken' })
  t.match(part, { replayed: false, refund: { amount: 4_000, status: 'succeeded', reason: 'broken', lease: { until: null } }, payment: { status: 'partially_refunded', refundedAmount: 4_000 } })
  const rest = await w.refund({ paymentId, key: 'refund-2' })
  t.match(rest, { replayed: false, refund: { amount: 6_000, status: 'succeeded' }, payment: { status: 'refunded', refundedAmount: 10_000 } })
  t.match(w.gateway.refunds, [{ refundId: part.refund.refundId, amount: 4_000, payment: { paymentId } }, { refundId: rest.refund.refundId, amount: 6_000 }])
  await t.rejects(w.refund({ paymentId, key: 'refund-3' }), { code: 'payment_not_refundable' })
  await t.rejects(w.refund({ paymentId, key: 'refund-3', amount: 1 }), { code: 'refund_exceeds_captured' })
  t.same(await eventTypes(w), ['payment.created', 'payment.succeeded', 'refund.requested', 'refund.succeeded', 'refund.requested', 'refund.succeeded'])
})

t.test('a refund that the status or the amount does not allow reserves nothing and sends nothing', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  for (const [amount, code] of [[10_001, 'refund_exceeds_captured'], [0, 'invalid_amount'], [-4_000, 'invalid_amount'], [0.5, 'invalid_amount']] as const) {
    await t.rejects(w.refund({ paymentId, amount }), { code }, String(amount))
  }
  t.match(await w.payments.find(paymentId), { version: 2, refunds: [] })
  w.gateway.willCharge(unknown)
  const { payment } = await w.process({}, 'unknown')
  await t.rejects(w.refund({ paymentId: payment.paymentId }), { code: 'payment_not_refundable' })
  t.equal(w.gateway.refunds.length, 0)
})

t.test('a refund is refused while a dispute is open', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  await w.told(paymentId, { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 10_000 })
  await t.rejects(w.refund({ paymentId }), { code: 'dispute_open' })
  await w.told(paymentId, { kind: 'dispute', disputeId: 'dp_1', status: 'won', amount: 10_000 })
  w.gateway.willRefund(succeeded)
  t.match(await w.refund({ paymentId }), { payment: { status: 'refunded' } })
})

t.test('the seller and administrators can refund, the payer cannot, and others find nothing', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  await t.rejects(w.refund({ paymentId, caller: payer }), { code: 'forbidden' })
  await t.rejects(w.refund({ paymentId, caller: stranger }), { code: 'not_found' })
  await t.rejects(w.refund({ paymentId: 'pay_none', caller: admin }), { code: 'not_found' })
  t.equal(w.gateway.refunds.length, 0)
  w.gateway.willRefund(succeeded, succeeded)
  t.match(await w.refund({ paymentId, caller: admin, amount: 1 }), { refund: { status: 'succeeded' } })
  t.match(await w.refund({ paymentId, caller: { userId: 'yönetici', admin: true }, key: 'refund-2', amount: 1 }), { refund: { status: 'succeeded' } })
})

t.test('no payer refunds a payment of theirs, not even as its seller or as an administrator; another administrator does', async (t) => {
  const w = world()
  // As an earlier version has stored it.
  const own = aCapturedPayment({ userId: 'ada', sellerId: 'ada' })
  await w.payments.insert({ payment: own, events: [] })
  for (const caller of [payer, { userId: 'ada', admin: true }]) await t.rejects(w.refund({ paymentId: own.paymentId, caller }), { code: 'forbidden' })
  t.same([w.gateway.refunds.length, await w.payments.find(own.paymentId)], [0, own])
  w.gateway.willRefund(succeeded)
  t.match(await w.refund({ paymentId: own.paymentId, caller: { userId: 'yönetici', admin: true } }), { payment: { status: 'refunded' } })
})

t.test('a caller without a user id refunds a payment without a seller only as an administrator', async (t) => {
  const w = world()
  const { paymentId } = await w.captured({ sellerId: null })
  await t.rejects(w.refund({ paymentId, caller: { userId: null, admin: false } }), { code: 'not_found' })
  await t.rejects(w.refund({ paymentId, caller: payer }), { code: 'forbidden' })
})

t.test('a refund that fails releases its amount for the next one', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(failed, succeeded).willLookup(unknown)
  t.match(await w.refund({ paymentId }), { refund: { amount: 10_000, status: 'failed' }, payment: { status: 'succeeded', refundedAmount: 0 } })
  t.match(await w.refund({ paymentId }), { replayed: true, refund: { status: 'failed' } }, 'the key stays with the refund that failed')
  t.match(await w.refund({ paymentId, key: 'refund-2' }), { payment: { status: 'refunded', refundedAmount: 10_000 } })
})

t.test('a refund that fails days later releases its amount and is flagged', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(succeeded)
  const { refund } = await w.refund({ paymentId })
  t.equal(await w.told(paymentId, refunded(refund.refundId, 'failed')), 'applied')
  t.match(await w.payments.find(paymentId), { status: 'succeeded', refundedAmount: 0, flags: ['refund_failed'] })
})

t.test('a refund that the provider has not decided stays reserved until a webhook arrives', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(pending)
  const { refund } = await w.refund({ paymentId, amount: 6_000 })
  t.match(refund, { status: 'pending', lease: { until: null } })
  await t.rejects(w.refund({ paymentId, key: 'refund-2', amount: 6_000 }), { code: 'refund_exceeds_captured' })
  await w.told(paymentId, refunded(refund.refundId))
  t.match(await w.refund({ paymentId, amount: 6_000 }), { replayed: true, refund: { status: 'succeeded' }, payment: { refundedAmount: 6_000 } })
  t.same([w.gateway.refunds.length, w.gateway.lookups.length], [1, 0])
})

t.test('a refund of unknown outcome stays reserved; a replay asks first, and sends again only if that is safe', async (t) => {
  const theirs = [refunded('re_other'), { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' }] as const
  const cases: Array<[string, boolean, (refundId: string) => LookupAnswer, number, string]> = [
    ['it made it', true, (refundId) => found(refunded(refundId)), 1, 'succeeded'],
    ['it refused it', true, (refundId) => found(refunded(refundId, 'failed')), 1, 'failed'],
    ['it knows of the charge alone', true, () => found(theirs[1]), 2, 'succeeded'],
    ['it knows of another refund', true, () => found(...theirs), 2, 'succeeded'],
    ['it never heard of it', true, () => notFound, 2, 'succeeded'],
    ['it does not answer', true, () => unknown, 1, 'pending'],
    ['it made it, but repeats itself', false, (refundId) => found(refunded(refundId)), 1, 'succeeded'],
    ['it knows of the charge alone, and repeats itself', false, () => found(theirs[1]), 1, 'pending'],
    ['it never heard of it, but repeats itself', false, () => notFound, 1, 'pending'],
  ]
  for (const [name, idempotent, answer, sent, status] of cases) {
    const w = world({ gateways: [new ScriptedGateway({ idempotent })] })
    const { paymentId } = await w.captured()
    w.gateway.willRefund(unknown, succeeded)
    const first = await w.refund({ paymentId })
    t.match(first, { replayed: false, refund: { status: 'pending', lease: { epoch: 1, until: null } }, payment: { refundedAmount: 0, status: 'succeeded' } }, name)
    const { refundId } = first.refund
    w.gateway.willLookup(answer(refundId))
    t.match(await w.refund({ paymentId }), { replayed: true, refund: { refundId, status, lease: { epoch: 2, until: null } } }, name)
    t.same([w.gateway.refunds.length, w.gateway.lookups.length], [sent, 1], name)
    t.ok(w.gateway.refunds.every((request) => request.refundId === refundId && request.amount === 10_000), name)
    t.same((await w.payments.find(paymentId))?.flags, name === 'it knows of another refund' ? ['unknown_refund'] : [], name)
  }
})

t.test('the same key again returns the present state of the refund, and asks no provider', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(succeeded)
  const { payment, refund } = await w.refund({ paymentId, amount: 4_000 })
  t.same(await w.refund({ paymentId, amount: 4_000 }), { payment, refund, replayed: true })
  t.same([w.gateway.refunds.length, w.gateway.lookups.length], [1, 0])
})

t.test('a key with another request is refused and changes nothing', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(pending)
  const { payment } = await w.refund({ paymentId, amount: 4_000, reason: 'broken' })
  for (const other of [{ amount: 4_001, reason: 'broken' }, { amount: null, reason: 'broken' }, { amount: 4_000, reason: null }]) {
    await t.rejects(w.refund({ paymentId, ...other }), { code: 'idempotency_key_reused' })
  }
  t.same(await w.payments.find(paymentId), payment)
  t.equal(w.gateway.lookups.length, 0)
})

t.test('one key on two payments is two refunds', async (t) => {
  const w = world()
  const [one, two] = [await w.captured({}, 'one'), await w.captured({}, 'two')]
  w.gateway.willRefund(succeeded, succeeded)
  const refunds = [await w.refund({ paymentId: one.paymentId }), await w.refund({ paymentId: two.paymentId })]
  t.equal(new Set(refunds.map(({ refund }) => refund.refundId)).size, 2)
})

t.test('two refunds of 60 race on 100, and exactly one wins', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(succeeded)
  const { answers, codes } = await atOnce(['a', 'b'].map((key) => async () => await w.refund({ paymentId, key, amount: 6_000 })))
  t.match(answers, [{ payment: { status: 'partially_refunded', refundedAmount: 6_000 } }])
  t.same(codes, ['refund_exceeds_captured'])
  t.equal(w.gateway.refunds.length, 1)
})

t.test('twenty concurrent requests with one key refund once', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const answer = held<RefundAnswer>()
  w.gateway.willRefund(answer.step)
  const copies = atOnce(Array.from({ length: 20 }, () => async () => await w.refund({ paymentId, amount: 1_000 })))
  await answer.called
  answer.release(succeeded)
  const { answers, codes } = await copies
  t.equal(answers.filter(({ replayed }) => !replayed).length, 1)
  t.ok(codes.every((code) => code === 'request_in_progress'))
  t.equal(answers.length + codes.length, 20)
  t.match(await w.payments.find(paymentId), { refundedAmount: 1_000, refunds: [{ status: 'succeeded' }] })
  t.equal(w.gateway.refunds.length, 1)
})

t.test('the same key while the first request is in progress is refused, with the time to retry after', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const answer = held<RefundAnswer>()
  w.gateway.willRefund(answer.step)
  const first = w.refund({ paymentId })
  await answer.called
  w.time.advance(15_000)
  await t.rejects(w.refund({ paymentId }), { code: 'request_in_progress', retryAfterS: 45 })
  answer.release(succeeded)
  t.match(await first, { refund: { status: 'succeeded' } })
})

t.test('a gateway that throws leaves the amount reserved; of two later requests one takes over', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willRefund(new Error('bug in the gateway'))
  await t.rejects(w.refund({ paymentId }), { message: 'bug in the gateway' })
  t.match(await w.payments.find(paymentId), { refunds: [{ amount: 10_000, status: 'pending', lease: { until: /./ } }] })
  await t.rejects(w.refund({ paymentId }), { code: 'request_in_progress' })
  w.time.advance(LEASE_OVER_MS)
  w.gateway.willLookup(notFound).willRefund(succeeded)
  const { answers, codes } = await atOnce([1, 2].map(() => async () => await w.refund({ paymentId })))
  t.match(answers, [{ replayed: true, refund: { status: 'succeeded', lease: { epoch: 2 } } }])
  t.same(codes, ['request_in_progress'])
  t.same([w.gateway.refunds.length, w.gateway.lookups.length], [2, 1])
})

t.test('a webhook that is faster than the answer makes one refund with it', async (t) => {
  for (const late of [succeeded, pending, unknown]) {
    const w = world()
    const { paymentId } = await w.captured()
    const answer = held<RefundAnswer>()
    w.gateway.willRefund(answer.step)
    const first = w.refund({ paymentId, amount: 4_000 })
    await answer.called
    await w.told(paymentId, refunded(w.gateway.refunds[0]?.refundId ?? ''))
    answer.release(late)
    t.match(await first, { refund: { status: 'succeeded' }, payment: { refundedAmount: 4_000, flags: [] } })
    t.equal((await eventTypes(w)).filter((type) => type === 'refund.succeeded').length, 1)
  }
})

t.test('a refund of a payment whose provider is no longer configured reserves nothing', async (t) => {
  const w = world()
  const orphan = aPayment({ provider: 'gone', status: 'succeeded', capturedAmount: 10_000 })
  await w.payments.insert({ payment: orphan, events: [] })
  await t.rejects(w.refund({ paymentId: orphan.paymentId }), { code: 'unknown_provider' })
  t.same(await w.payments.find(orphan.paymentId), orphan)
})
