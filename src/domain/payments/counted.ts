import type { Payment, Refund } from './payment.js'

/** Statistics are in the currency of the order: what was taken in another one counts with the amount of the order, and its refunds do not. */
export function countedAmount (payment: Payment): number {
  return payment.capturedAmount > 0 && isInOrderCurrency(payment) ? payment.capturedAmount : payment.amount
}

/** The refunds that count: those of captured money, in the currency of the order. */
export function countedRefundsOf (payment: Payment): readonly Refund[] {
  if (payment.capturedAmount === 0 || !isInOrderCurrency(payment)) return []
  return payment.refunds.filter(({ status, charge }) => status === 'succeeded' && charge === null)
}

function isInOrderCurrency ({ taken, currency }: Payment): boolean {
  return taken === null || taken.currency === currency
}
