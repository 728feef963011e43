import { takenAmount, type Payment, type Refund } from './payment.js'

/*
 * Where the payer pays a surcharge for installments, the provider counts in what it charged (`taken.amount`), which is more than the price.
 * Refunds here count in the price. Both are the same without a surcharge.
 */

/** `amount · part / whole`, rounded down: as integers, because the product is too large for a double. */
export function shareOf (amount: number, part: number, whole: number): number {
  return Number(BigInt(amount) * BigInt(part) / BigInt(whole))
}

export function isSurcharged (payment: Payment): boolean {
  return chargedAmount(payment) !== takenAmount(payment)
}

/** What the payer was charged. */
export function chargedAmount (payment: Payment): number {
  return payment.taken?.amount ?? takenAmount(payment)
}

/**
 * What the provider is to give back for a refund: its share of what was charged, in whole minor units. The last one takes the rest, and
 * all together never more than was charged.
 */
export function chargedShare (payment: Payment, { refundId, amount }: Pick<Refund, 'refundId' | 'amount'>): number {
  if (!isSurcharged(payment)) return amount
  const [taken, charged] = [takenAmount(payment), chargedAmount(payment)]
  const others = payment.refunds.filter((other) => other.charge === null && other.status !== 'failed' && other.refundId !== refundId)
  const atProvider = others.filter(({ origin }) => origin === 'provider')
  const own = others.filter(({ origin }) => origin === 'service')
  const rest = charged - sum(own.map((other) => other.charged ?? shareOf(charged, other.amount, taken))) - mostOf(sum(atProvider.map((other) => other.amount)))
  return sum(others.map((other) => other.amount)) + amount >= taken ? rest : Math.min(rest, shareOf(charged, amount, taken))

  /** The most that the provider can have given back of what was charged, where the refunds made there count with this sum of the price. */
  function mostOf (priceSum: number): number {
    return priceSum === 0 ? 0 : Math.min(charged, shareOf(charged, priceSum + 1, taken))
  }
}

function sum (amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
