import { claimKeysOf } from '#domain/payments/order-claim.js'
import type { Payment } from '#domain/payments/payment.js'
import { violate, type Context } from './context.js'
import { isFlagged } from './watch.js'

/**
 * Of all payments of an order one alone takes money without a word: of the others, the request says that the payer wants to pay once more,
 * or a person is told. That is for what an outage has let through, and for money that came after the end.
 */
export function checkOrders (context: Context, payments: readonly Payment[]): void {
  const { banks, ledger } = context
  const charged = new Set(banks.flatMap(({ charges }) => charges).filter(({ state }) => state === 'succeeded').map(({ paymentId }) => paymentId))
  for (const [order, claims] of Map.groupBy(payments.flatMap((payment) => claimKeysOf(payment).map((key) => ({ key, payment }))), ({ key }) => key)) {
    const ofOrder = claims.map(({ payment }) => payment)
    const silent = ofOrder.filter((payment) => charged.has(payment.paymentId) && !ledger.another.has(payment.paymentId) &&
      !isFlagged(payment, 'duplicate_order') && !isFlagged(payment, 'late_success'))
    if (silent.length > 1) violate(context, 'an order is charged once, or a person is told', `${order}: ${silent.map(({ paymentId }) => paymentId).join()}`)
    for (const payment of ofOrder) {
      if (!isFlagged(payment, 'duplicate_order') || ledger.drained.has(payment.paymentId)) continue
      violate(context, 'an order is charged once, or a person is told', `${payment.paymentId} is flagged, though the store knew the order`)
    }
  }
}
