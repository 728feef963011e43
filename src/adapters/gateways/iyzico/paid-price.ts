import { takenAmount, type Payment, type Refund } from '#domain/payments/payment.js'
import { shareOf } from './basket.js'

/*
 * iyzico counts refunds in what the payer was charged (`paidPrice`), which is more than the price where they pay a surcharge for
 * installments. The service counts them in the price. Both are the same without a surcharge.
 */

type Counted = Pick<Refund, 'refundId' | 'amount'>

/** What the payer was charged. */
function chargedAmount (payment: Payment): number {
  return payment.taken?.amount ?? takenAmount(payment)
}

/** What iyzico gives back for a refund of ours: its share of what was charged, in whole minor units. The last one takes the rest. */
export function refundPrice (payment: Payment, { refundId, amount }: Counted): number {
  const [taken, charged] = [takenAmount(payment), chargedAmount(payment)]
  if (charged === taken) return amount
  const others = payment.refunds.filter((other) => other.charge === null && other.status !== 'failed' && other.refundId !== refundId)
  const atProvider = others.filter(({ origin }) => origin === 'provider')
  const own = others.filter(({ origin }) => origin === 'service').reduce((sum, other) => sum + shareOf(charged, other.amount, taken), 0)
  const rest = charged - own - mostOf(payment, sum(atProvider))
  return sum(others) + amount >= taken ? rest : Math.min(rest, shareOf(charged, amount, taken))
}

/** The most that iyzico can have given back of what was charged, where the refunds made there count with this sum of the price. */
function mostOf (payment: Payment, priceSum: number): number {
  const [taken, charged] = [takenAmount(payment), chargedAmount(payment)]
  return priceSum === 0 ? 0 : Math.min(charged, shareOf(charged, priceSum + 1, taken))
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

function sum (refunds: readonly Counted[]): number {
  return refunds.reduce((total, { amount }) => total + amount, 0)
}
