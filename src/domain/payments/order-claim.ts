import type { Timestamp } from '../time.js'
import { eventsOfOneChange, flaggedEvent, paymentEvents, type Decision } from './decision.js'
import { flagged } from './flag.js'
import { liveAction } from './offer.js'
import { isCaptured, type Payment, type PaymentStatus } from './payment.js'

/** How a new payment takes its order, where another payment has claimed it. */
export interface OrderClaim {
  /** The payments that have freed the order: the claims go over from them. Earlier versions write one id. */
  readonly replaces?: string | readonly string[]
  /** The order stays with the payment that has claimed it: this is one more payment of it, and claims what no payment has claimed. */
  readonly isAnother?: boolean
}

/**
 * The keys of the claims on the order that a payment pays: on that of its payer, and where the shop signed it, before that on that of its
 * seller. So a payer's payments of an order meet, signed or not. One payment holds a claim.
 * No id of a user contains the '#' that joins them.
 */
export function claimKeysOf ({ orderSigned, sellerId, userId, orderId }: Payment): readonly string[] {
  const ofPayer = `payer#${userId}#${orderId}`
  return orderSigned ? [`seller#${sellerId ?? ''}#${orderId}`, ofPayer] : [ofPayer]
}

/** Whether the claims of two payments meet though they pay different orders: two sellers have signed orders with the same id. */
export function isOtherOrder (one: Payment, other: Payment): boolean {
  return one.orderSigned && other.orderSigned && one.sellerId !== other.sellerId
}

export function replacedBy ({ replaces = [] }: OrderClaim): readonly string[] {
  return [replaces].flat()
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

/**
 * Whether the page of an open payment serves another request of its payer: it takes the same, in as many installments, and its time is not
 * over. A page that the shop has not signed does not serve an order that it has.
 */
export function servesToo (open: Payment, wanted: Payment, now: Timestamp, abandonMs: number): boolean {
  const isSame = (['userId', 'amount', 'currency', 'sellerId', 'installments'] as const).every((name) => open[name] === wanted[name])
  return isSame && (open.orderSigned || !wanted.orderSigned) && open.status === 'requires_action' && liveAction(open, now, abandonMs) !== null
}

/** The intent of a payment whose order turned out to be claimed by another payment when both were made already. */
export function asDuplicate ({ payment, events }: Decision, holder: Payment): Decision {
  const cause = { reference: holder.paymentId, amount: payment.amount }
  const next = flagged(payment, 'duplicate_order', payment.updatedAt, cause)
  return { payment: next, events: eventsOfOneChange(next, [...events, ...paymentEvents(payment, next, [flaggedEvent(cause)])]) }
}
