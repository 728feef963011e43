import { takenCurrency, type Payment } from './payment.js'
import { refundableAmount, refundedOf, reservedAmount } from './refund.js'

/** Minor units by currency. Of another currency, each amount is above. */
export type StepUpAmounts = ReadonlyMap<string, number>

/** Whether the refunds of a payment are above the limit of its currency, with the next one; null refunds all that is left. Without limits none is. */
export function isAboveStepUp (payment: Payment, amount: number | null, limits: StepUpAmounts | null): boolean {
  if (limits === null) return false
  return refundedOf(payment) + reservedAmount(payment) + (amount ?? refundableAmount(payment)) > (limits.get(takenCurrency(payment)) ?? 0)
}
