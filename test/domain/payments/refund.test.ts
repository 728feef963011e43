import t from 'tap'
import { LATER_REFUND_FIELDS } from '#domain/payments/later-fields.js'
import type { Decision } from '#domain/payments/decision.js'
import { isLeased } from '#domain/lease.js'
import { concludeCharge, concludeRefund, isChargeUnknown, takeCharge, takeRefund } from '#domain/payments/lease.js'
import type { Payment, Refund } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { findRefund, refundableAmount, REFUNDS_MAX, requireRefund, reserveRefund, reservedAmount, type RefundDraft } from '#domain/payments/refund.js'
import { settle, settleAll } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aDispute, aPayment, aRefund, START } from '../../support/builders.js'

const LATER = laterBy(START, 1_000)
const UNTIL = laterBy(START, 61_000)
const draft: RefundDraft = { refundId: 're_1', amount: 4_000, reason: 'broken', fingerprint: 'print', owner: 'lease_2', until: UNTIL }

const reserve = (payment: Payment, overrides: Partial<RefundDraft> = {}): Decision => reserveRefund(payment, { ...draft, ...overrides }, LATER)
const end = (payment: Payment, status: 'pending' | 'succeeded' | 'failed', refundId = 're_1'): Decision => settle(payment, { kind: 'refund', refundId, status }, LATER)
const withRefunds = (...refunds: Array<Partial<Refund>>): Payment => aCapturedPayment({
  refunds: refunds.map((refund, index) => aRefund({ refundId: `re_${index + 1}`, ...refund })),
})

t.test('a refund reserves its amount before the provider is asked', async (t) => {
  const { payment, events } = reserve(aCapturedPayment())
  t.same(payment.refunds, [{
    refundId: 're_1', amount: 4_000, status: 'pending', reason: 'broken', createdAt: LATER, lease: { owner: 'lease_2', epoch: 1, until: UNTIL }, fingerprint: 'print', ...LATER_REFUND_FIELDS,
  }])
  t.match(payment, { status: 'succeeded', refundedAmount: 0, version: 3 })
  t.same([reservedAmount(payment), refundableAmount(payment)], [4_000, 6_000])
  t.match(events, [{ type: 'refund.requested', data: { amount: 4_000, refundId: 're_1' } }])
  t.equal(events.length, 1)
})

t.test('a refund without an amount takes everything that is left', async (t) => {
  t.equal(reserve(aCapturedPayment(), { amount: null }).payment.refunds[0]?.amount, 10_000)
  t.equal(reserve(withRefunds({ amount: 2_500 }), { refundId: 're_2', amount: null }).payment.refunds[1]?.amount, 7_500)
})

t.test('a refund is refused if it exceeds what is left, or if nothing is left', async (t) => {
  const full = withRefunds({ amount: 10_000 })
  t.throws(() => reserve(aCapturedPayment(), { amount: 10_001 }), { code: 'refund_exceeds_captured' })
  t.throws(() => reserve(withRefunds({ amount: 6_001 })), { code: 'refund_exceeds_captured' })
  t.throws(() => reserve(full, { refundId: 're_2', amount: 1 }), { code: 'refund_exceeds_captured' })
  t.throws(() => reserve(full, { refundId: 're_2', amount: null }), { code: 'payment_not_refundable' })
  t.throws(() => reserve(aPayment()), { code: 'payment_not_refundable' })
  t.throws(() => reserve(aPayment({ status: 'failed' }), { amount: null }), { code: 'payment_not_refundable' })
})

t.test('a refund of zero, a negative amount or a fraction is refused', async (t) => {
  for (const amount of [0, -1, 0.5, NaN]) t.throws(() => reserve(aCapturedPayment(), { amount }), { code: 'invalid_amount' }, String(amount))
})

t.test('a refund is refused while a dispute is open, and cannot take the amount of a lost one', async (t) => {
  const disputed = (status: 'open' | 'won' | 'lost', amount: number): Payment => aCapturedPayment({ disputes: [aDispute({ amount, status })] })
  t.throws(() => reserve(disputed('open', 1)), { code: 'dispute_open' })
  t.equal(refundableAmount(disputed('won', 10_000)), 10_000)
  t.equal(refundableAmount(disputed('lost', 7_000)), 3_000)
  t.throws(() => reserve(disputed('lost', 7_000)), { code: 'refund_exceeds_captured' })
  t.equal(refundableAmount(disputed('lost', 20_000)), 0, 'fees on top of the amount leave nothing, not less')
})

t.test('a payment accepts at most a hundred refunds', async (t) => {
  const many = withRefunds(...Array.from({ length: REFUNDS_MAX - 1 }, () => ({ amount: 1 })))
  const last = reserve(many, { refundId: 're_100', amount: 1 }).payment
  t.throws(() => reserve(last, { refundId: 're_101', amount: 1 }), { code: 'refund_limit_reached' })
})

t.test('a refund that succeeds moves its amount from reserved to refunded', async (t) => {
  const { payment, events } = end(reserve(aCapturedPayment()).payment, 'succeeded')
  t.match(payment, { status: 'partially_refunded', refundedAmount: 4_000, refunds: [{ status: 'succeeded', lease: { owner: 'lease_2', epoch: 1, until: null } }], flags: [] })
  t.equal(reservedAmount(payment), 0)
  t.match(events, [{ type: 'refund.succeeded', data: { amount: 4_000, refundId: 're_1', status: 'partially_refunded', previousStatus: 'succeeded' } }])
  const rest = end(reserve(payment, { refundId: 're_2', amount: null }).payment, 'succeeded', 're_2').payment
  t.match(rest, { status: 'refunded', refundedAmount: 10_000 })
})

t.test('a refund that fails releases its amount', async (t) => {
  const { payment, events } = end(reserve(aCapturedPayment()).payment, 'failed')
  t.match(payment, { status: 'succeeded', refundedAmount: 0, refunds: [{ status: 'failed', lease: { until: null } }], flags: [] })
  t.equal(refundableAmount(payment), 10_000)
  t.same(events.map(({ type }) => type), ['refund.failed'])
})

t.test('a refund that fails after it succeeded is owed again and flagged', async (t) => {
  const refunded = end(reserve(aCapturedPayment(), { amount: null }).payment, 'succeeded').payment
  const { payment, events } = end(refunded, 'failed')
  t.match(payment, { status: 'succeeded', refundedAmount: 0, refunds: [{ status: 'failed' }], flags: ['refund_failed'] })
  t.equal(refundableAmount(payment), 10_000)
  t.same(events.map(({ type }) => type), ['refund.failed', 'payment.flagged'])
  t.same(events.map(({ data }) => [data.previousStatus, data.refundedDelta]), [['refunded', -10_000], ['succeeded', 0]])
})

t.test('a failed refund stays failed, a success after it is flagged, and a repeated fact changes nothing', async (t) => {
  const failed = withRefunds({ status: 'failed' })
  const late = end(failed, 'succeeded').payment
  t.match(late, { refunds: [{ status: 'failed' }], refundedAmount: 0, flags: ['refund_failed'] })
  t.equal(end(late, 'succeeded').payment, late)
  t.equal(end(failed, 'failed').payment, failed)
  const succeeded = end(reserve(aCapturedPayment()).payment, 'succeeded').payment
  t.equal(end(succeeded, 'succeeded').payment, succeeded)
})

t.test('a failure that the provider has not told yields to its word, in whatever order both arrive', async (t) => {
  const word = { kind: 'refund', refundId: 're_1' } as const
  const guess: PaymentFact = { ...word, status: 'failed', failure: { code: 'not_made', message: 'its report does not show it' } }
  const refused: PaymentFact = { ...word, status: 'failed', failure: { code: 'declined', message: 'no' } }
  const made: PaymentFact = { ...word, status: 'succeeded' }
  const after = (...facts: PaymentFact[]) => settleAll(withRefunds({}), facts, LATER).payment
  for (const facts of [[guess, made], [made, guess], [guess, made, guess], [guess, guess, made]]) {
    t.match(after(...facts), { refundedAmount: 4_000, refunds: [{ status: 'succeeded', failure: null }], flags: ['refund_failed'] })
  }
  for (const facts of [[guess, refused, made], [refused, guess, made], [guess, made, refused], [made, guess, refused]]) {
    t.match(after(...facts), { refundedAmount: 0, refunds: [{ status: 'failed', failure: { code: 'declined' } }], flags: ['refund_failed'] })
  }
  t.match(after(guess, { ...word, status: 'failed' }), { refunds: [{ status: 'failed', failure: null }], flags: [] }, 'without a reason')
  const twice = end(reserve(after(guess), { refundId: 're_2', amount: 8_000 }).payment, 'succeeded', 're_2').payment
  t.match(settle(twice, made, LATER).payment, { refundedAmount: 12_000, flags: ['refund_failed', 'over_refunded'] }, 'given twice')
})

t.test('a refund that the provider has not decided stays pending', async (t) => {
  const pending = withRefunds({})
  t.equal(end(pending, 'pending').payment, pending)
})

t.test('a refund of another amount or currency is flagged and settles nothing', async (t) => {
  const pending = withRefunds({})
  const { amount, refundId } = requireRefund(pending, 're_1')
  const word = { kind: 'refund', refundId, status: 'succeeded' } as const
  for (const wrong of [{ amount: amount + 1 }, { currency: 'USD' }]) {
    t.match(settle(pending, { ...word, ...wrong }, LATER).payment, { refunds: [{ status: 'pending' }], refundedAmount: 0, flags: ['amount_mismatch'] })
  }
  t.match(settle(pending, { ...word, amount, currency: pending.currency }, LATER).payment, { refunds: [{ status: 'succeeded' }], flags: [] })
})

t.test('an unknown refund is flagged', async (t) => {
  const { payment, events } = end(withRefunds({}), 'succeeded', 're_9')
  t.match(payment, { refundedAmount: 0, flags: ['unknown_refund'] })
  t.same(events.map(({ type }) => type), ['payment.flagged'])
})

t.test('one refund of several is found and changed, the others stay', async (t) => {
  const payment = withRefunds({ amount: 1 }, { amount: 2 }, { amount: 3 })
  t.equal(findRefund(payment, 're_2')?.amount, 2)
  t.equal(requireRefund(payment, 're_2').amount, 2)
  t.throws(() => requireRefund(payment, 're_9'), { code: 'not_found' })
  t.same(end(payment, 'succeeded', 're_2').payment.refunds.map(({ status }) => status), ['pending', 'succeeded', 'pending'])
})

t.test('a lease lasts until its time or until its owner ends it', async (t) => {
  const lease = { owner: 'lease_1', epoch: 1, until: LATER }
  t.equal(isLeased(lease, START), true)
  t.equal(isLeased(lease, LATER), false)
  t.equal(isLeased({ ...lease, until: null }, START), false)
})

t.test('the outcome is unknown only for a pending payment that the provider has not acknowledged', async (t) => {
  t.equal(isChargeUnknown(aPayment()), true)
  t.equal(isChargeUnknown(aPayment({ providerReference: 'ref-1' })), false)
  for (const status of ['requires_action', 'failed', 'canceled', 'succeeded'] as const) t.equal(isChargeUnknown(aPayment({ status })), false)
})

t.test('an unknown charge is taken over once its lease is over, as the next epoch', async (t) => {
  const claim = { owner: 'lease_9', until: laterBy(UNTIL, 60_000), now: UNTIL }
  const taken = takeCharge(aPayment(), claim)
  t.match(taken.payment, { version: 2, lease: { owner: 'lease_9', epoch: 2, until: claim.until } })
  t.same(taken.events, [])
  t.equal(takeCharge(taken.payment, { ...claim, owner: 'lease_10' }).payment, taken.payment, 'leased again')
  for (const kept of [aPayment({ status: 'failed' }), aPayment({ providerReference: 'ref-1' })]) t.equal(takeCharge(kept, claim).payment, kept)
  const leased = aPayment()
  t.equal(takeCharge(leased, { ...claim, now: START }).payment, leased)
})

t.test('a pending refund is taken over once its lease is over, as the next epoch', async (t) => {
  const claim = { owner: 'lease_9', until: laterBy(UNTIL, 60_000), now: UNTIL }
  const pending = withRefunds({}, {})
  const taken = takeRefund(pending, 're_2', claim)
  t.match(taken.payment.refunds, [{ lease: { owner: 'lease_2', epoch: 1 } }, { lease: { owner: 'lease_9', epoch: 2, until: claim.until } }])
  t.match(taken, { payment: { version: 3 }, events: [] })
  t.equal(takeRefund(taken.payment, 're_2', { ...claim, owner: 'lease_10' }).payment, taken.payment)
  t.equal(takeRefund(pending, 're_9', claim).payment, pending)
  const ended = withRefunds({ status: 'failed' })
  t.equal(takeRefund(ended, 're_1', claim).payment, ended)
})

t.test('the owner of a charge ends its lease with or without facts', async (t) => {
  const before = aPayment()
  const settled = settle(before, { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' }, LATER)
  const learned = concludeCharge(before, settled, 'lease_1', LATER)
  t.match(learned.payment, { status: 'succeeded', version: 2, lease: { owner: 'lease_1', until: null } })
  t.equal(learned.events, settled.events)
  const nothing = concludeCharge(before, { payment: before, events: [] }, 'lease_1', LATER)
  t.match(nothing, { payment: { status: 'pending', version: 2, updatedAt: LATER, lease: { until: null } }, events: [] })
  t.equal(concludeCharge(nothing.payment, { payment: nothing.payment, events: [] }, 'lease_1', LATER).payment, nothing.payment, 'only once')
})

t.test('an owner that lost the lease adds its facts, but does not end the lease of the next', async (t) => {
  const before = aPayment({ lease: { owner: 'lease_9', epoch: 2, until: UNTIL } })
  const settled = settle(before, { kind: 'processing', reference: 'ref-1' }, LATER)
  t.equal(concludeCharge(before, settled, 'lease_1', LATER), settled)
  const payment = withRefunds({ lease: { owner: 'lease_9', epoch: 2, until: UNTIL } })
  const nothing = { payment, events: [] }
  t.equal(concludeRefund(payment, nothing, 're_1', 'lease_2', LATER), nothing)
  t.equal(concludeRefund(payment, nothing, 're_9', 'lease_2', LATER), nothing)
})

t.test('the owner of a refund ends its lease even if the provider has not decided', async (t) => {
  const payment = withRefunds({}, {})
  const ended = concludeRefund(payment, { payment, events: [] }, 're_1', 'lease_2', LATER)
  t.match(ended, { payment: { version: 3, refunds: [{ status: 'pending', lease: { until: null } }, { lease: { until: /./ } }] }, events: [] })
  const settled = end(payment, 'failed')
  t.equal(concludeRefund(payment, settled, 're_1', 'lease_2', LATER), settled, 'a refund that is decided has no lease left')
})
