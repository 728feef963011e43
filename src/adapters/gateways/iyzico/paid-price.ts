import { takenAmount, type Payment, type Refund } from '#domain/payments/payment.js'
import { findRefund } from '#domain/payments/refund.js'
import { chargedAmount, chargedShare, shareOf } from '#domain/payments/surcharge.js'

/* iyzico counts refunds in what the payer was charged (`paidPrice`). */

/** What iyzico gives back for a refund of ours: what was reserved with it, so that a repeat asks for the same. */
export function refundPrice (payment: Payment, refund: Pick<Refund, 'refundId' | 'amount'>): number {
  return findRefund(payment, refund.refundId)?.charged ?? chargedShare(payment, refund)
}

/** Whether what iyzico has given back is a refund of this amount: its share of what was charged, but for the rounding of all shares. */
export function isRefundPrice (payment: Payment, amount: number, price: number): boolean {
  const [taken, charged] = [takenAmount(payment), chargedAmount(payment)]
  const leeway = charged === taken ? 0 : payment.refunds.length + 1
  return Math.abs(price - shareOf(charged, amount, taken)) <= leeway
}

/** Refunds that were made at iyzico as they count in the price, in the order of their making. All of what was charged is all of the price. */
export function inPrice<Made extends { readonly amount: number }> (payment: Payment, made: readonly Made[]): Made[] {
  const count = (charged: number): number => shareOf(takenAmount(payment), charged, chargedAmount(payment))
  let given = 0
  return made.map((refund) => {
    const before = count(given)
    given += refund.amount
    return { ...refund, amount: count(given) - before }
  })
}
