import t from 'tap'
import { carryOver } from '#domain/payments/carry-over.js'
import { CAUSES_MAX, flagged } from '#domain/payments/flag.js'
import type { Payment } from '#domain/payments/payment.js'
import { refundableAmount } from '#domain/payments/refund.js'
import { settle } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aDispute, aRefund, START } from '../../support/builders.js'

const LATER = laterBy(START, 1000)

t.test('a refund of a second charge and a dispute with its time and currency survive a carry-over', async (t) => {
  const before = aCapturedPayment()
  const failure = { code: 'expired_or_canceled_card', message: 'the card is gone' }
  const refund = aRefund({ refundId: 're_dash', origin: 'provider', reference: 'r-1', charge: 'ref-2', status: 'failed', failure })
  const after: Payment = { ...before, refunds: [refund], disputes: [aDispute({ currency: 'TRY', at: LATER, status: 'warning' })], version: 3, updatedAt: LATER }
  const { payment } = carryOver(before, before, after)
  t.match(payment.refunds, [{ refundId: 're_dash', origin: 'provider', reference: 'r-1', charge: 'ref-2', status: 'failed', failure }])
  t.match(payment.disputes, [{ status: 'warning', currency: 'TRY', at: LATER }])
})

t.test('a payment has a bounded number of causes, and still gets a new flag', async (t) => {
  let full = aCapturedPayment()
  for (let index = 0; index < CAUSES_MAX; index++) full = flagged(full, 'duplicate_charge', START, { reference: `ref-${index}` })
  t.equal(full.causes.length, CAUSES_MAX)
  t.equal(flagged(full, 'duplicate_charge', START, { reference: 'one more' }), full)
  const other = flagged(full, 'late_success', START)
  t.same([other.flags, other.causes], [['duplicate_charge', 'late_success'], full.causes])
})

t.test('a flag from before causes is not raised again for the payment itself', async (t) => {
  const earlier = aCapturedPayment({ flags: ['outcome_unknown'] })
  t.equal(flagged(earlier, 'outcome_unknown', START), earlier)
  t.match(flagged(earlier, 'outcome_unknown', START, { reference: 're_1' }).causes, [{ reference: 're_1' }])
})

t.test('a dispute in another currency than the one taken is kept and flagged, and leaves nothing to refund once it is lost', async (t) => {
  const { payment } = settle(aCapturedPayment(), { kind: 'dispute', disputeId: 'dp_1', status: 'lost', amount: 10, currency: 'EUR' }, LATER)
  t.match(payment, { status: 'disputed', disputes: [{ amount: 10, currency: 'EUR' }], flags: ['amount_mismatch'], causes: [{ reference: 'dp_1', amount: 10 }] })
  t.equal(refundableAmount(payment), 0)
})

t.test('an older word about a dispute changes nothing, and a later one opens it again', async (t) => {
  const dispute = { kind: 'dispute', disputeId: 'dp_1', amount: 10_000, currency: 'TRY' } as const
  const { payment: won } = settle(aCapturedPayment(), { ...dispute, status: 'won', at: LATER }, LATER)
  t.equal(settle(won, { ...dispute, status: 'open', at: START }, LATER).payment, won)
  t.equal(settle(won, { ...dispute, status: 'open', at: LATER }, LATER).payment, won, 'at the same time the end is the later word')
  const { payment: reopened, events } = settle(won, { ...dispute, status: 'open', at: laterBy(LATER, 1000) }, laterBy(LATER, 1000))
  t.match(reopened, { status: 'disputed', disputes: [{ status: 'open' }] })
  t.match(events, [{ type: 'dispute.opened' }])
})
