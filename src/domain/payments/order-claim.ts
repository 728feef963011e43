import type { Timestamp } from '../time.js'
import { eventsOfOneChange, flaggedEvent, paymentEvents, type Decision } from './decision.js'
import { flagged } from './flag.js'
import { liveAction } from './offer.js'
import { isCaptured, type Payment, type PaymentStatus } from './payment.js'

/** How a new payment takes its order, where another payment has claimed it. */
export interface OrderClaim {
  /** The payment that has freed the order: the claim goes over from it. */
  readonly replaces?: string
  /** The order stays with the payment that has claimed it: this is one more payment of it. */
  readonly isAnother?: boolean
}

/**
 * The key of the claim on the order that a payment pays: an order of its payer, or of its seller where the shop signed it. One payment
 * holds the claim.
 * No id of a user contains the '#' that joins them.
 */
export function claimKeyOf ({ orderSigned, sellerId, userId, orderId }: Payment): string {
  return orderSigned ? `seller#${sellerId ?? ''}#${orderId}` : `payer#${userId}#${orderId}`
}

/** What can become of a payment whose money was taken, also of one that was never captured. */
const AFTER_THE_MONEY: readonly PaymentStatus[] = ['partially_refunded', 'refunded', 'disputed']

/**
 * What a payment means to its order. `free`: another payment may take it. `open`: money may still be taken. `paid`: money was taken,
 * whatever happened afterwards. A payment in a state of another version is open.
 */
export type Hold = 'free' | 'open' | 'paid'

export function holdOf (payment: Payment): Hold {
  // Another amount that went back, or is in dispute, was never captured for the order; nothing more will be taken.
  if (isCaptured(payment) || AFTER_THE_MONEY.includes(payment.status)) return 'paid'
  return payment.status === 'failed' || payment.status === 'canceled' ? 'free' : 'open'
}

/** The payment that holds the order most: one that is paid before one that is open. Undefined where none holds it. */
export function holderOf (payments: readonly Payment[]): Payment | undefined {
  return payments.find((payment) => holdOf(payment) === 'paid') ?? payments.find((payment) => holdOf(payment) === 'open')
}

/** Whether the page of an open payment serves another request of its payer: it takes the same, in as many installments, and its time is not over. */
export function servesToo (open: Payment, wanted: Payment, now: Timestamp): boolean {
  const isSame = (['userId', 'amount', 'currency', 'sellerId', 'installments'] as const).every((name) => open[name] === wanted[name])
  return isSame && open.status === 'requires_action' && liveAction(open, now) !== null
}

/** The intent of a payment whose order turned out to be claimed by another payment when both were made already. */
export function asDuplicate ({ payment, events }: Decision, holder: Payment): Decision {
  const cause = { reference: holder.paymentId, amount: payment.amount }
  const next = flagged(payment, 'duplicate_order', payment.updatedAt, cause)
  return { payment: next, events: eventsOfOneChange(next, [...events, ...paymentEvents(payment, next, [flaggedEvent(cause)])]) }
}
