import t from 'tap'
import { added, countedIn, dayRange, periodOf, periodsIn, sumOf, tallyOf } from '#domain/payments/payment-stats.js'
import { paymentEvents } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { resolveFlag } from '#domain/payments/resolution.js'
import { settle } from '#domain/payments/settlement.js'
import { aCapturedPayment, aPayment, aRefund, START } from '../../support/builders.js'

const LATER = '2026-09-01T00:00:00.000Z'
const change = { createdAt: START, at: START, currency: 'TRY' }

t.test('a payment counts when it is created, and a change when it is stored, in the currency of the payment', async (t) => {
  const created = paymentEvents(null, aPayment({ currency: 'EUR' }), [{ type: 'payment.created' }])
  t.same(created.map(countedIn), [{ ...change, currency: 'EUR', add: { pending_count: 1, pending_amount: 10_000 } }])
  const [succeeded, flagged] = paymentEvents(aPayment(), aCapturedPayment({ updatedAt: LATER }), [{ type: 'payment.succeeded' }, { type: 'payment.flagged' }])
  t.same(succeeded && countedIn(succeeded), { ...change, at: LATER, add: { pending_count: -1, pending_amount: -10_000, succeeded_count: 1, succeeded_amount: 10_000 } })
  t.equal(flagged && countedIn(flagged), null, 'the first event has told of the change')
})

t.test('another amount that is accepted leaves its status with the amount of the order, and counts with what was taken, also in the same status', async (t) => {
  const taken = { amount: 10_690, currency: 'TRY', reference: 'ref-1', installments: 1 }
  const accepted = (status: 'succeeded' | 'disputed') => aCapturedPayment({ status, capturedAmount: 10_690, taken })
  t.match(paymentEvents(aPayment({ taken }), accepted('succeeded'), [{ type: 'payment.succeeded' }]).map(countedIn), [
    { add: { pending_count: -1, pending_amount: -10_000, succeeded_count: 1, succeeded_amount: 10_690 } },
  ])
  t.same(paymentEvents(aPayment({ status: 'disputed', taken }), accepted('disputed'), [{ type: 'payment.succeeded' }]).map(countedIn), [
    { ...change, add: { disputed_count: 1, disputed_amount: 10_690 } },
  ])
})

t.test('another amount counts only once it is accepted, then with all that was given back before', async (t) => {
  let payment: Payment = aPayment()
  const counted = (fact: PaymentFact | 'accept') => {
    const decision = fact === 'accept' ? resolveFlag(payment, 'amount_mismatch', 'accept', START) : settle(payment, fact, START)
    payment = decision.payment
    return decision.events.map(countedIn).filter((counts) => counts !== null).map(({ add }) => add)
  }
  const refund = (refundId: string, amount: number, status: 'succeeded' | 'failed' = 'succeeded') => ({ kind: 'refund', refundId, amount, status, origin: 'provider' }) as const
  t.same(counted({ kind: 'succeeded', reference: 'ref-1', amount: 900, currency: 'TRY' }), [])
  t.same(counted(refund('re_1', 300)), [], 'a part goes back')
  t.same(counted(refund('re_2', 600)), [{ pending_count: -1, pending_amount: -10_000 }], 'all of it has gone back')
  t.same(counted(refund('re_2', 600, 'failed')), [{ pending_count: 1, pending_amount: 10_000 }])
  t.same(counted(refund('re_3', 100)), [])
  t.same(counted('accept'), [{
    pending_count: -1, pending_amount: -10_000, partially_refunded_count: 1, partially_refunded_amount: 900, refunds_count: 2, refunds_amount: 400,
  }])
})

t.test('a refund counts when it succeeds, and is subtracted when it fails afterwards, whatever the status', async (t) => {
  const refunds = [aRefund({ status: 'succeeded' }), aRefund({ refundId: 're_2', amount: 2_000, status: 'succeeded' })]
  const partly = aCapturedPayment({ status: 'partially_refunded', refundedAmount: 4_000, refunds: refunds.slice(0, 1) })
  const more = aCapturedPayment({ status: 'partially_refunded', refundedAmount: 6_000, refunds })
  t.same(paymentEvents(partly, more, [{ type: 'refund.succeeded', amount: 2_000 }]).map(countedIn), [{ ...change, add: { refunds_count: 1, refunds_amount: 2_000 } }])
  t.match(paymentEvents(more, partly, [{ type: 'refund.failed', amount: 2_000 }]).map(countedIn), [{ add: { refunds_count: -1, refunds_amount: -2_000 } }])
  t.same(paymentEvents(partly, partly, [{ type: 'refund.requested', amount: 2_000 }, { type: 'refund.failed', amount: 2_000 }]).map(countedIn), [null, null])
})

t.test('a dispute counts with its own amount', async (t) => {
  const disputed = aCapturedPayment({ status: 'disputed' })
  const of = (type: 'dispute.opened' | 'dispute.won' | 'dispute.lost') => paymentEvents(disputed, disputed, [{ type, amount: 12_000 }]).map(countedIn)
  t.match(of('dispute.opened'), [{ add: { disputes_opened_count: 1, disputes_opened_amount: 12_000 } }])
  t.match(of('dispute.won'), [{ add: { disputes_won_count: 1, disputes_won_amount: 12_000 } }])
  t.match(of('dispute.lost'), [{ add: { disputes_lost_count: 1, disputes_lost_amount: 12_000 } }])
})

t.test('figures add up, and a sum beyond the exact integers is refused', async (t) => {
  t.same(added({ a: 1, b: 2 }, { b: -2, c: 3 }), { a: 1, b: 0, c: 3 })
  t.same(sumOf([]), {})
  t.same(sumOf([{ a: 2 ** 53 - 2 }, { a: 1 }]), { a: 2 ** 53 - 1 })
  t.throws(() => sumOf([{ a: 2 ** 53 - 1 }, { a: 1 }]), { code: 'invalid_range' })
  t.same([tallyOf({ refunds_count: 3, refunds_amount: 7 }, 'refunds'), tallyOf({}, 'failed')], [{ count: 3, amount: 7 }, { count: 0, amount: 0 }])
})

t.test('a range defaults to 30 days up to today, and has at most 366 days', async (t) => {
  t.same(dayRange(null, null, '2026-03-01'), { from: '2026-01-31', to: '2026-03-01' })
  t.same(dayRange(null, '2024-03-01', '2026-03-01'), { from: '2024-02-01', to: '2024-03-01' })
  t.same(dayRange('2026-02-28', null, '2026-03-01'), { from: '2026-02-28', to: '2026-03-01' })
  t.same(dayRange('2024-01-01', '2024-12-31', '2026-03-01'), { from: '2024-01-01', to: '2024-12-31' }, 'a leap year')
  t.throws(() => dayRange('2023-01-01', '2024-01-02', '2026-03-01'), { code: 'invalid_range', message: 'choose a range of at most 366 days' })
  t.throws(() => dayRange('2026-03-02', null, '2026-03-01'), { code: 'invalid_range', message: 'from is after to' })
  t.same([periodOf('2026-03-01', 'day'), periodOf('2026-03-01', 'month')], ['2026-03-01', '2026-03'])
  t.same(periodsIn({ from: '2026-02-27', to: '2026-03-01' }, 'day'), ['2026-02-27', '2026-02-28', '2026-03-01'])
  t.same(periodsIn({ from: '2025-12-31', to: '2026-02-01' }, 'month'), ['2025-12', '2026-01', '2026-02'])
  t.equal(periodsIn({ from: '2024-01-01', to: '2024-12-31' }, 'day').length, 366)
})
