import { isGuessedFailure } from '#domain/payments/refund.js'
import { unchanged, type Decision, type PaymentChange } from '#domain/payments/decision.js'
import type { Payment, PaymentFlag } from '#domain/payments/payment.js'
import type { UpdateOptions } from '#application/ports/payment-store.js'
import { instead, type PlantedBug } from './planted-bug.js'

/** Rules that see another payment than the one that stands there, or whose decision is put down otherwise. */
export const onRules = (name: string, planted: (change: PaymentChange, options: UpdateOptions) => PaymentChange): PlantedBug => ({
  name,
  ports: ({ payments }) => ({
    payments: instead(payments, {
      update: async (paymentId: string, change: PaymentChange, options: UpdateOptions = {}) => await payments.update(paymentId, planted(change, options), options),
    }),
  }),
})

/** What the rule makes of an altered payment, with what was altered put right again. */
function blindTo (current: Payment, altered: Payment, change: PaymentChange, restored: Partial<Payment>): Decision {
  const { payment, events } = change(altered)
  return payment === altered ? unchanged(current) : { payment: { ...payment, ...restored }, events }
}

export const withoutFlag = (flag: PaymentFlag): ((change: PaymentChange) => PaymentChange) => (change) => (current) => {
  const { payment, events } = change(current)
  return payment === current ? unchanged(current) : { payment: { ...payment, flags: payment.flags.filter((one) => one !== flag) }, events }
}

const free = <T extends Pick<Payment, 'lease'>>(held: T): T => ({ ...held, lease: { ...held.lease, until: null } })

/** Bugs in the rules of a payment. */
export const RULE_BUGS: readonly PlantedBug[] = [
  onRules('a refund while a dispute is open', (change, { webhookEvent }) => (current) =>
    webhookEvent === undefined ? blindTo(current, { ...current, disputes: [] }, change, { disputes: current.disputes }) : change(current)),
  onRules('a lease that is taken while it is in force', (change) => (current) =>
    blindTo(current, { ...free(current), refunds: current.refunds.map(free) }, change, {})),
  onRules('a lease that any later caller ends', (change) => (current) => {
    const { payment, events } = change(current)
    return payment === current ? unchanged(current) : { payment: { ...payment, lease: payment.lease.owner === current.lease.owner ? { ...payment.lease, until: null } : payment.lease }, events }
  }),
  onRules('a payment that is given up without a flag', withoutFlag('outcome_unknown')),
  onRules('a second payment of the payer without a flag', withoutFlag('duplicate_charge')),
  onRules('an amount that differs, without a flag', withoutFlag('amount_mismatch')),
  onRules('a refund that failed after its success, and still counts', (change) => (current) => {
    const decision = change(current)
    return decision.payment.refundedAmount < current.refundedAmount ? unchanged(current) : decision
  }),
  onRules('a refund that was made after a person had ended it, and does not count', (change) => (current) => {
    if (!current.refunds.some(isGuessedFailure)) return change(current)
    const refunds = current.refunds.map((refund) => isGuessedFailure(refund) ? { ...refund, failure: { code: 'declined', message: 'declined' } } : refund)
    return blindTo(current, { ...current, refunds }, change, {})
  }),
]
