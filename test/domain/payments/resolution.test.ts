import fc from 'fast-check'
import t from 'tap'
import { CAUSES_MAX } from '#domain/payments/flag.js'
import { raiseFlag } from '#domain/payments/decision.js'
import { concludeOpen, takeOpen } from '#domain/payments/lease.js'
import { DISPUTE_STATUSES, type Cause, type Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { endsCharge, recordDispute, resolveFlag, resolveRefund } from '#domain/payments/resolution.js'
import { settle } from '#domain/payments/settlement.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import { aCapturedPayment, aDispute, aPayment, aRefund, START } from '../../support/builders.js'

const NOW = laterBy(START, 3_600_000)
const types = (events: ReadonlyArray<{ readonly type: string }>) => events.map(({ type }) => type)
const refunding = (overrides: Partial<Payment> = {}) => aCapturedPayment({ refunds: [aRefund()], ...overrides })
const surcharged = () => settle(aPayment(), { kind: 'succeeded', reference: 'ref-1', amount: 10_690, currency: 'TRY' }, START).payment

t.test('a person ends a pending refund either way, and a repeat changes nothing', async (t) => {
  const failed = resolveRefund(refunding(), 're_1', 'failed', NOW)
  t.match(failed.payment, { status: 'succeeded', refundedAmount: 0, followUp: null, refunds: [{ status: 'failed', failure: { code: 'ended_by_person' }, lease: { until: null } }] })
  t.same(types(failed.events), ['refund.failed'])
  const made = resolveRefund(refunding(), 're_1', 'succeeded', NOW)
  t.match(made.payment, { status: 'partially_refunded', refundedAmount: 4_000, refunds: [{ status: 'succeeded', failure: null }] })
  t.equal(resolveRefund(made.payment, 're_1', 'succeeded', NOW).payment, made.payment)
  t.throws(() => resolveRefund(made.payment, 're_1', 'failed', NOW), { code: 'refund_not_pending' })
  t.throws(() => resolveRefund(made.payment, 're_none', 'failed', NOW), { code: 'not_found' })
  const other = refunding({ status: 'frozen' as Payment['status'] })
  t.throws(() => resolveRefund(other, 're_1', 'failed', NOW), { code: 'payment_unreadable' })
})

t.test('a word of the provider against what a person decided about a refund counts, and flags the payment', async (t) => {
  const { payment } = resolveRefund(refunding(), 're_1', 'failed', NOW)
  const told = settle(payment, { kind: 'refund', refundId: 're_1', status: 'succeeded', reference: 'r-1' }, NOW)
  t.match(told.payment, {
    status: 'partially_refunded', refundedAmount: 4_000, refunds: [{ status: 'succeeded', failure: null, reference: 'r-1' }],
    flags: ['refund_failed'], causes: [{ reference: 'r-1', amount: 4_000 }],
  })
  t.match(told.events, [{ type: 'refund.succeeded', data: { refundedDelta: 4_000 } }, { type: 'payment.flagged' }])
  t.equal(resolveRefund(told.payment, 're_1', 'succeeded', NOW).payment, told.payment)
  t.match(resolveRefund(payment, 're_1', 'succeeded', NOW).payment, { refundedAmount: 4_000, flags: ['refund_failed'] }, 'a person corrects themselves')
  const made = resolveRefund(refunding(), 're_1', 'succeeded', NOW).payment
  t.match(settle(made, { kind: 'refund', refundId: 're_1', status: 'failed' }, NOW).payment, { refundedAmount: 0, flags: ['refund_failed'] })
})

t.test('a decided flag goes away with its causes kept, and only a new cause raises it again', async (t) => {
  const second = { kind: 'succeeded', reference: 'ref-2', amount: 10_000, currency: 'TRY' } as const
  const raised = raiseFlag(settle(aCapturedPayment(), second, START).payment, 'late_success', START).payment
  const { payment, events } = resolveFlag(raised, 'duplicate_charge', 'dismiss', NOW)
  t.match(payment, { flags: ['late_success'], causes: [{ flag: 'duplicate_charge', reference: 'ref-2', decision: 'dismiss' }, { flag: 'late_success', decision: null }] })
  t.same([types(events), payment.version], [['payment.flag_resolved'], raised.version + 1])
  t.equal(settle(payment, second, NOW).payment, payment, 'the same cause')
  const again = settle(payment, { ...second, reference: 'ref-3' }, NOW).payment
  t.same(again.flags, ['late_success', 'duplicate_charge'])
  t.match(resolveFlag(again, 'duplicate_charge', 'accept', NOW).payment.causes, [{ decision: 'dismiss' }, {}, { reference: 'ref-3', decision: 'accept' }])
})

t.test('a decision says who has decided, when and why, beside each cause that it decides', async (t) => {
  const flagged = raiseFlag(raiseFlag(aCapturedPayment(), 'late_success', START).payment, 'late_success', START, { reference: 'ref-2' }).payment
  const first = resolveFlag(flagged, 'late_success', 'dismiss', NOW, { by: 'yonetici', note: 'the payer has both' }).payment
  const decided = { by: 'yonetici', at: NOW, note: 'the payer has both' }
  t.same(first.causes.map((cause) => cause.decided), [decided, decided])
  const again = raiseFlag(first, 'late_success', NOW, { reference: 'ref-3' }).payment
  const second = resolveFlag(again, 'late_success', 'accept', laterBy(NOW, 1), { by: null, note: 'delivered' }).payment
  t.same(second.causes.map((cause) => cause.decided), [decided, decided, { by: null, at: laterBy(NOW, 1), note: 'delivered' }])
  t.same(resolveFlag(aCapturedPayment({ flags: ['late_success'] }), 'late_success', 'dismiss', NOW, { by: 'yonetici', note: 'old' }).payment.causes,
    [{ flag: 'late_success', reference: null, amount: null, at: NOW, decision: 'dismiss', decided: { by: 'yonetici', at: NOW, note: 'old' } }])
  t.notOk(Object.hasOwn(resolveFlag(flagged, 'late_success', 'dismiss', NOW).payment.causes[0] ?? {}, 'decided'), 'where no person says it')
})

t.test('a repeat of a decision changes nothing, and a flag that is not there cannot be decided', async (t) => {
  const { payment } = resolveFlag(raiseFlag(aCapturedPayment(), 'late_success', START).payment, 'late_success', 'accept', NOW)
  t.equal(resolveFlag(payment, 'late_success', 'accept', NOW).payment, payment)
  t.throws(() => resolveFlag(payment, 'late_success', 'dismiss', NOW), { code: 'flag_not_raised' })
  t.throws(() => resolveFlag(payment, 'refund_failed', 'accept', NOW), { code: 'flag_not_raised' })
  t.throws(() => resolveFlag(payment, 'none', 'accept', NOW), { code: 'not_found' })
  const frozen = aCapturedPayment({ status: 'frozen' as Payment['status'], flags: ['late_success'] })
  t.throws(() => resolveFlag(frozen, 'late_success', 'accept', NOW), { code: 'payment_unreadable' })
})

t.test('the decision about a flag from before causes, or beyond their limit, stands as a cause', async (t) => {
  const earlier = aCapturedPayment({ flags: ['late_success'] })
  const { payment } = resolveFlag(earlier, 'late_success', 'dismiss', NOW)
  t.match(payment, { flags: [], causes: [{ flag: 'late_success', reference: null, amount: null, at: NOW, decision: 'dismiss' }] })
  t.equal(raiseFlag(payment, 'late_success', NOW).payment, payment)
  const causes = Array.from({ length: CAUSES_MAX }, (_, index): Cause => ({ flag: 'refund_failed', reference: `re_${index}`, amount: null, at: START, decision: 'accept' }))
  t.equal(resolveFlag(aCapturedPayment({ flags: ['late_success'], causes }), 'late_success', 'accept', NOW).payment.causes.length, CAUSES_MAX + 1)
})

t.test('a flag that another version raised can be decided', async (t) => {
  t.match(resolveFlag(aCapturedPayment({ flags: ['new_flag' as Payment['flags'][number]] }), 'new_flag', 'accept', NOW).payment, { flags: [], causes: [{ flag: 'new_flag' }] })
})

t.test('another amount that is accepted is captured, and counts with what was taken', async (t) => {
  const flagged = surcharged()
  const { payment, events } = resolveFlag(flagged, 'amount_mismatch', 'accept', NOW)
  t.match(payment, { status: 'succeeded', capturedAmount: 10_690, amount: 10_000, flags: [], causes: [{ decision: 'accept' }] })
  t.match(events, [{ type: 'payment.succeeded', data: { paymentAmount: 10_690, previousAmount: 10_000, previousStatus: 'pending', status: 'succeeded' } }])
  t.equal(settle(payment, { kind: 'succeeded', reference: 'ref-1', amount: 10_690, currency: 'TRY' }, NOW).payment, payment, 'the provider repeats itself')
  const part = settle(flagged, { kind: 'refund', refundId: 're_p', status: 'succeeded', amount: 690, origin: 'provider' }, START).payment
  t.match(resolveFlag(part, 'amount_mismatch', 'accept', NOW).payment, { status: 'partially_refunded', capturedAmount: 10_690, refundedAmount: 690 })
})

t.test('nothing is captured by a decision where nothing is left to capture, or by a dismissal', async (t) => {
  const dismissed = resolveFlag(surcharged(), 'amount_mismatch', 'dismiss', NOW)
  t.match([dismissed.payment, dismissed.events], [{ status: 'pending', capturedAmount: 0, flags: [] }, [{ type: 'payment.flag_resolved' }]])
  const back = settle(surcharged(), { kind: 'refund', refundId: 're_p', status: 'succeeded', amount: 10_690, origin: 'provider' }, START).payment
  t.match(resolveFlag(back, 'amount_mismatch', 'accept', NOW), { payment: { status: 'refunded', capturedAmount: 0, flags: [] }, events: [] })
  const captured = raiseFlag(aCapturedPayment(), 'amount_mismatch', START, { reference: 're_9', amount: 1 }).payment
  t.match(resolveFlag(captured, 'amount_mismatch', 'accept', NOW), { payment: { status: 'succeeded', capturedAmount: 10_000 }, events: [] })
  const untold = raiseFlag(aPayment(), 'amount_mismatch', START).payment
  t.match(resolveFlag(untold, 'amount_mismatch', 'accept', NOW), { payment: { status: 'pending', capturedAmount: 0 }, events: [] })
})

t.test('a decision about another amount leads to the same payment before and after the words about a dispute', async () => {
  const words = fc.array(fc.constantFrom(...DISPUTE_STATUSES).map((status): PaymentFact => ({ kind: 'dispute', disputeId: 'dp_1', amount: 4_000, status })), { maxLength: 3 })
  fc.assert(fc.property(fc.constantFrom(0, 690, 10_690), words, fc.nat(3), (amount, told, place) => {
    const back = amount === 0 ? surcharged() : settle(surcharged(), { kind: 'refund', refundId: 're_p', status: 'succeeded', amount, origin: 'provider' }, START).payment
    const at = (decided: number): string => {
      const steps = told.map((word) => (payment: Payment) => settle(payment, word, NOW).payment)
      steps.splice(decided, 0, (payment) => resolveFlag(payment, 'amount_mismatch', 'accept', NOW).payment)
      const { status, capturedAmount, refundedAmount } = steps.reduce((payment, step) => step(payment), back)
      return JSON.stringify([status, capturedAmount, refundedAmount])
    }
    return at(0) === at(place)
  }))
})

/** The last follow-up of the schedule, which settled nothing. */
function lastAsked (payment: Payment): Payment {
  const due: Payment = { ...payment, followUp: { tries: 6, dueAt: START } }
  const taken = takeOpen(due, { owner: 'job', until: laterBy(NOW, 60_000), now: NOW }, 'due').payment
  return concludeOpen(taken, { payment: taken, events: [] }, 'job', 'due', NOW, DAY_MS).payment
}

t.test('a decision about an unknown outcome asks no provider again, and says nothing about a later refund', async (t) => {
  const flagged = lastAsked(refunding())
  t.match(flagged, { flags: ['outcome_unknown'], causes: [{ reference: 're_1', amount: 4_000 }], followUp: null })
  const { payment } = resolveFlag(flagged, 'outcome_unknown', 'dismiss', NOW)
  t.match(payment, { flags: [], followUp: null })
  t.match(lastAsked(payment), { flags: [] }, 'the same refund')
  const more = lastAsked({ ...payment, refunds: [...payment.refunds, aRefund({ refundId: 're_2' })] })
  t.match(more, { flags: ['outcome_unknown'], causes: [{ decision: 'dismiss' }, { reference: 're_2', decision: null }] })
  t.match(lastAsked(aPayment()).causes, [{ flag: 'outcome_unknown', reference: null, amount: null }], 'the charge')
  const both = aPayment({ flags: ['outcome_unknown'], causes: [{ flag: 'outcome_unknown', reference: null, amount: null, at: START, decision: null }] })
  t.match(lastAsked({ ...both, refunds: [aRefund()] }), { causes: [{ reference: null }, { reference: 're_1' }] }, 'a flag that is there already gets the new cause')
})

t.test('to dismiss the unknown outcome of a charge ends the charge, and money that comes later is kept and flagged', async (t) => {
  for (const charge of [aPayment(), aPayment({ status: 'requires_action', providerReference: 'ref-1', nextAction: { type: 'redirect', url: 'https://pay.example' } })]) {
    const flagged = lastAsked({ ...charge, createdAt: laterBy(START, -DAY_MS) })
    const { payment, events } = resolveFlag(flagged, 'outcome_unknown', 'dismiss', NOW)
    t.match(payment, { status: 'canceled', nextAction: null, failure: { code: 'ended_by_person' }, flags: [], causes: [{ decision: 'dismiss' }], followUp: null, version: flagged.version + 1 })
    t.same([types(events), payment.flags], [['payment.flag_resolved', 'payment.canceled'], []])
    t.equal(resolveFlag(payment, 'outcome_unknown', 'dismiss', NOW).payment, payment, 'a repeat')
    t.match(settle(payment, { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' }, NOW).payment, { status: 'succeeded', flags: ['late_success'] })
    t.match(resolveFlag(flagged, 'outcome_unknown', 'accept', NOW), { payment: { status: charge.status, flags: [] }, events: [{ type: 'payment.flag_resolved' }] }, 'accepted, it stays open')
  }
})

t.test('a decision ends a charge only where its outcome is unknown and the decision is to dismiss that', async (t) => {
  const flagged = aPayment({ flags: ['outcome_unknown'] })
  t.equal(endsCharge(flagged, 'outcome_unknown', 'dismiss'), true)
  t.equal(endsCharge(flagged, 'outcome_unknown', 'accept') || endsCharge(flagged, 'late_success', 'dismiss') || endsCharge(aPayment(), 'outcome_unknown', 'dismiss'), false)
  t.equal(endsCharge({ ...surcharged(), flags: ['outcome_unknown'] }, 'outcome_unknown', 'dismiss'), false, 'another amount was taken')
})

t.test('a dispute that a person records counts as that of a provider, and each later word moves it', async (t) => {
  const word = { disputeId: 'cb-1', amount: 10_000 }
  const opened = recordDispute(aCapturedPayment(), { ...word, status: 'open' }, NOW)
  t.match(opened.payment, { status: 'disputed', disputes: [{ disputeId: 'cb-1', currency: 'TRY', at: NOW }] })
  t.same(types(opened.events), ['dispute.opened'])
  const repeated = recordDispute(opened.payment, { ...word, status: 'open' }, laterBy(NOW, 5))
  t.same(repeated, { payment: { ...opened.payment, version: opened.payment.version + 1, disputes: [{ ...opened.payment.disputes[0], at: laterBy(NOW, 5) }] }, events: [] }, 'a repeat only counts as a later word')
  t.match(settle(opened.payment, { kind: 'dispute', ...word, status: 'won' }, START).payment, { status: 'succeeded', disputes: [{ at: NOW }] }, 'a word without a time, by a clock that is behind')
  const won = recordDispute(opened.payment, { ...word, status: 'won' }, NOW).payment
  t.match(won, { status: 'succeeded' }, 'in the same millisecond')
  t.match(recordDispute(won, { ...word, status: 'lost' }, START).payment, { status: 'disputed', disputes: [{ status: 'lost' }] }, 'by a clock that is behind')
  const told = aCapturedPayment({ status: 'disputed', disputes: [aDispute()] })
  t.match(recordDispute(told, { disputeId: 'dp_1', amount: 10_000, status: 'lost' }, NOW).payment, { disputes: [{ status: 'lost', at: NOW }] }, 'one without a time')
  t.match(recordDispute(surcharged(), { ...word, status: 'lost' }, NOW).payment, { status: 'disputed', capturedAmount: 0 })
  t.throws(() => recordDispute(aPayment(), { ...word, status: 'open' }, NOW), { code: 'payment_not_taken' })
  t.throws(() => recordDispute(aCapturedPayment({ status: 'frozen' as Payment['status'] }), { ...word, status: 'open' }, NOW), { code: 'payment_unreadable' })
})
