import fc from 'fast-check'
import type { Decision } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import { concludeCharge, concludeRefund, takeCharge, takeRefund } from '#domain/payments/lease.js'
import type { Dispute, Payment } from '#domain/payments/payment.js'
import type { ChargeFact, DisputeFact, PaymentFact, RefundFact } from '#domain/payments/payment-fact.js'
import { refusedCharge } from '#domain/payments/refusal.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { settle, settleAll } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aPayment, START } from '../../support/builders.js'

/** One change of a payment, with a name for the counterexample. */
export interface Action {
  readonly name: string
  readonly fact: PaymentFact | null
  readonly run: (payment: Payment) => Decision
}

const references = fc.constantFrom('ref-1', 'ref-2')
export const refundIds = fc.constantFrom('re_1', 're_2', 're_3', 're_4')
const owners = fc.constantFrom('lease_1', 'lease_2', 'lease_3')
// The clocks of nodes differ, so that any time can follow any other.
export const moments = fc.integer({ min: -90_000, max: 300_000 }).map((shift) => laterBy(START, shift))

const chargeFacts: fc.Arbitrary<ChargeFact> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('succeeded' as const), reference: references, amount: fc.constant(10_000), currency: fc.constant('TRY') }) },
  fc.record({ kind: fc.constant('succeeded' as const), reference: references, amount: fc.constantFrom(9_999, 10_000, 10_001), currency: fc.constantFrom('TRY', 'EUR') }),
  fc.record({ kind: fc.constant('requires_action' as const), reference: references, nextAction: fc.constant({ type: 'redirect' as const, url: 'https://pay.example/3ds' }) }),
  fc.record({ kind: fc.constant('succeeded' as const), reference: references, amount: fc.constant(10_000), currency: fc.constant('TRY'), charged: fc.constantFrom(10_000, 10_690), installments: fc.constantFrom(1, 3) }),
  fc.record({ kind: fc.constant('open' as const), reference: references }),
  fc.record({ kind: fc.constant('processing' as const), reference: references }),
  fc.record({ kind: fc.constant('processing' as const), reference: references, nextAction: fc.constant({ type: 'voucher' as const, url: 'https://pay.example/voucher' }) }),
  fc.record({ kind: fc.constant('failed' as const), reference: fc.option(references), failure: fc.constant({ code: 'declined', message: 'no' }) }),
  fc.record({ kind: fc.constant('canceled' as const), reference: fc.option(references) }),
  references.map((reference) => refusedCharge('1001', reference))
)
const refundFacts: fc.Arbitrary<RefundFact> = fc.oneof(
  fc.record({ kind: fc.constant('refund' as const), refundId: refundIds, status: fc.constantFrom('succeeded' as const, 'failed' as const) }),
  fc.record({ kind: fc.constant('refund' as const), refundId: refundIds, status: fc.constant('failed' as const), failure: fc.constantFrom(...['not_made', 'declined'].map((code) => ({ code, message: 'no' }))) }),
  fc.record({
    kind: fc.constant('refund' as const),
    refundId: fc.constantFrom('re_dash_1', 're_dash_2'),
    origin: fc.constant('provider' as const),
    reference: fc.constantFrom('r-1', 'r-2'),
    status: fc.constantFrom('pending' as const, 'succeeded' as const, 'failed' as const),
    amount: fc.constantFrom(1, 4_000, 10_000),
    charge: fc.constantFrom('ref-1', 'ref-2'),
  })
)
const disputeFacts: fc.Arbitrary<DisputeFact> = fc.record({
  kind: fc.constant('dispute' as const), disputeId: fc.constantFrom('dp_1', 'dp_2'), at: moments, status: fc.constantFrom('open', 'won', 'won', 'lost', 'warning', 'prevented'), amount: fc.constantFrom(1, 10_000, 12_000), charge: fc.constantFrom('ref-1', 'ref-2'), currency: fc.constantFrom('TRY', 'EUR'),
}, { requiredKeys: ['kind', 'disputeId', 'status', 'amount'] })
export const facts: fc.Arbitrary<PaymentFact> = fc.oneof(chargeFacts, { weight: 2, arbitrary: refundFacts }, disputeFacts)

const learn = fc.tuple(facts, moments).map(([fact, now]): Action => ({
  name: JSON.stringify(fact), fact, run: (payment) => settle(payment, fact, now),
}))
const reserve = fc.tuple(refundIds, fc.option(fc.integer({ min: -100, max: 12_000 })), owners, moments).map(([refundId, amount, owner, now]): Action => ({
  name: `reserve ${refundId} ${amount}`,
  fact: null,
  run: (payment) => payment.refunds.some((refund) => refund.refundId === refundId)
    ? takeRefund(payment, refundId, { owner, until: laterBy(now, 60_000), now })
    : reserveRefund(payment, { refundId, amount, reason: null, fingerprint: 'print', owner, until: laterBy(now, 60_000) }, now),
}))
const take = fc.tuple(owners, moments).map(([owner, now]): Action => ({
  name: `take by ${owner}`, fact: null, run: (payment) => takeCharge(payment, { owner, until: laterBy(now, 60_000), now }),
}))
const conclude = fc.tuple(fc.array(facts, { maxLength: 4 }), owners, fc.option(refundIds), moments).map(([told, owner, refundId, now]): Action => ({
  name: `${owner} learns of ${refundId ?? 'the charge'} ${JSON.stringify(told)}`,
  fact: null,
  run: (payment) => {
    const decision = settleAll(payment, told, now)
    return refundId === null ? concludeCharge(payment, decision, owner, now) : concludeRefund(payment, decision, refundId, owner, now)
  },
}))
const actions = fc.array(fc.oneof({ weight: 4, arbitrary: learn }, { weight: 3, arbitrary: reserve }, take, { weight: 2, arbitrary: conclude }), { maxLength: 40 })
export const histories = fc.tuple(fc.constantFrom(aPayment(), aCapturedPayment()), actions)

/** Walks a history and calls back with each decision, those without a change too. A refusal leaves the payment as it is. */
export function walk (start: Payment, history: readonly Action[], look: (before: Payment, decision: Decision, action: Action) => void): Payment {
  return history.reduce((before, action) => {
    let decision: Decision = { payment: before, events: [] }
    try {
      decision = action.run(before)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
    }
    try {
      look(before, decision, action)
    } catch (cause) {
      throw new Error(`after "${action.name}"`, { cause })
    }
    return decision.payment
  }, start)
}

export function must (holds: boolean, rule: string): void {
  if (!holds) throw new Error(rule)
}

/** Whether a dispute has not ended, or another word is a later one. Of two ends at the same time, or without a time, the worse one holds. */
export function mayBecome (before: Dispute, after: Dispute): boolean {
  const isClosed = before.status !== 'open' && before.status !== 'warning'
  const isLater = after.at !== null && (before.at === null || after.at > before.at)
  const isWorse = after.status === 'lost' || (after.status === 'won' && before.status === 'prevented')
  return !isClosed || after.status === before.status || isLater || isWorse
}
