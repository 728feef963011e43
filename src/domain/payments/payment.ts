import { DomainError } from '../errors.js'
import type { JsonObject } from '../json.js'
import type { Lease } from '../lease.js'
import type { Timestamp } from '../time.js'
import type { ShippedItems } from './shipped-items.js'

export const PAYMENT_STATUSES = [
  'pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'partially_refunded', 'refunded', 'disputed',
] as const
export type PaymentStatus = typeof PAYMENT_STATUSES[number]

/** Reasons for a person to look at a payment. A flag goes away only when a person has decided its causes. */
export const PAYMENT_FLAGS = [
  'amount_mismatch', 'late_success', 'duplicate_charge', 'refund_failed', 'unknown_refund', 'outcome_unknown', 'duplicate_order', 'over_refunded',
] as const
export type PaymentFlag = typeof PAYMENT_FLAGS[number]

/** One thing that raised a flag. Payments from before causes have flags without them. */
export interface Cause {
  readonly flag: PaymentFlag
  /** The provider's id of the charge, refund or dispute, or our id of the other payment; null when the payment itself is meant. */
  readonly reference: string | null
  /** Minor units; null when no amount belongs to it. */
  readonly amount: number | null
  readonly at: Timestamp
  /** What a person decided; null until then. */
  readonly decision: 'accept' | 'dismiss' | null
  /** Who decided it, when and why. Absent until then, and where a version decided it that did not keep this. */
  readonly decided?: { readonly by: string | null, readonly at: Timestamp, readonly note: string }
}

/** The scheduled check of a payment that is not final: when the provider is asked next, and how often it has been asked. */
export interface FollowUp {
  readonly tries: number
  readonly dueAt: Timestamp
}

export interface Failure {
  readonly code: string
  readonly message: string
}

export interface NextAction {
  /** `redirect`: the payer pays there. `voucher`: it shows how to pay a voucher, and never charges. */
  readonly type: 'redirect' | 'voucher'
  readonly url: string
  /** When the provider closes the page, where it says so. */
  readonly expiresAt?: Timestamp
}

/** What the provider took from the payer, which may differ from the amount of the order. */
export interface Taken {
  /** Minor units of `currency`. */
  readonly amount: number
  readonly currency: string
  /** The provider's id of the charge. */
  readonly reference: string
  /** 1 for a payment in one sum. */
  readonly installments: number
}

export interface Item {
  readonly name: string
  readonly quantity: number
  readonly unitAmount: number
}

export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const

export interface Refund {
  readonly refundId: string
  readonly amount: number
  /** Minor units that the provider is asked to give back, where the payer was charged more than the price; null where that is the amount. */
  readonly charged: number | null
  /** `pending` from the reservation of the amount until the provider has decided. */
  readonly status: typeof REFUND_STATUSES[number]
  readonly reason: string | null
  readonly createdAt: Timestamp
  readonly lease: Lease
  readonly fingerprint: string
  /** `provider`: it was made at the provider, in its dashboard. */
  readonly origin: 'service' | 'provider'
  /** The provider's id of the refund, once known. */
  readonly reference: string | null
  /** The provider's id of a second charge that it gives back. It is then no refund of the payment, and not counted. Null otherwise. */
  readonly charge: string | null
  /** Why the provider refused it, where it said so. */
  readonly failure: Failure | null
}

/** `warning`: an inquiry, which takes no money. `prevented`: settled before it took money. */
export const DISPUTE_STATUSES = ['open', 'won', 'lost', 'warning', 'prevented'] as const

export interface Dispute {
  readonly disputeId: string
  readonly amount: number
  readonly status: typeof DISPUTE_STATUSES[number]
  /** Null: that of the payment. */
  readonly currency: string | null
  /** The time of the provider's last word, where it has one: an older word changes nothing. */
  readonly at: Timestamp | null
  /** The provider's id of a second charge that it is about. It then takes none of the payment's own money. Null otherwise. */
  readonly charge: string | null
  /** When the service learnt of it; null in disputes from before this was kept. */
  readonly createdAt: Timestamp | null
}

export interface Address {
  readonly contactName: string
  readonly address: string
  readonly city: string
  readonly country: string
  readonly zipCode?: string
}

/** Where goods go, with what carriers need besides, where the payer gave it. `phone`: E.164. */
export type DeliveryAddress = Address & { readonly phone?: string, readonly district?: string }

/** Amounts are in minor units of `currency`. */
export interface Payment {
  readonly paymentId: string
  readonly orderId: string
  readonly userId: string
  readonly sellerId: string | null
  readonly amount: number
  readonly currency: string
  readonly status: PaymentStatus
  /** 0, or `amount`, or what was taken where a person accepted another amount. */
  readonly capturedAmount: number
  readonly refundedAmount: number
  readonly refunds: readonly Refund[]
  readonly disputes: readonly Dispute[]
  readonly provider: string
  readonly providerReference: string | null
  readonly nextAction: NextAction | null
  readonly failure: Failure | null
  readonly flags: readonly PaymentFlag[]
  readonly description: string | null
  readonly items: readonly Item[]
  readonly metadata: JsonObject
  readonly returnUrl: string | null
  readonly buyerEmail: string | null
  /** The payer's own address, from their token; null where the token has none. */
  readonly payerEmail: string | null
  readonly shippingAddress: DeliveryAddress | null
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Grows by one with each stored change. */
  readonly version: number
  readonly lease: Lease
  /** Null when nothing is open, or when all follow-ups are used up and the payment is flagged `outcome_unknown`. */
  readonly followUp: FollowUp | null
  /** Digest of the request that created the payment. */
  readonly fingerprint: string
  /** Null until the provider has taken money. */
  readonly taken: Taken | null
  readonly causes: readonly Cause[]
  /** A secret of the address to which the payer returns; null for payments from before it. */
  readonly returnKey: string | null
  /** From then on the payer is not asked to pay any more; null leaves it to the time of the service. */
  readonly expiresAt: Timestamp | null
  /** The highest count of installments that the payer may choose. */
  readonly installments: number
  /** Minor units: items − discount + shipping + tax = amount. */
  readonly discountAmount: number
  readonly shippingAmount: number
  readonly taxAmount: number
  /** Whether the shop signed the order. */
  readonly orderSigned: boolean
  /** The room in which the order was placed, and its product, as the request names them. */
  readonly roomId: string | null
  readonly productId: string | null
  /** The shipments to the buyer, oldest first. What they add up to is derived: see `fulfillmentOf`. */
  readonly shipments: readonly ShippedItems[]
  /** Null for a payment of this service. */
  readonly earlier: Earlier | null
}

/** The mark of a payment of the earlier application. */
export interface Earlier {
  /** No one has said in which unit its amounts are, or in which currency: they are taken to be major units, or liras. */
  readonly amountAssumed: boolean
  /** The provider's id of the charge, as an administrator has named it for a refund. Until then no rule changes the payment. */
  readonly reference: string | null
}

/** Whether the money was captured for the order. What happens afterwards does not change that. */
export function isCaptured (payment: Payment): boolean {
  return payment.capturedAmount > 0
}

/** Whether the provider has taken money, captured for the order or not: another amount than that of the order waits for a person. */
export function isTaken (payment: Payment): boolean {
  return isCaptured(payment) || payment.taken !== null
}

/** The amount that can be given back, in minor units of `takenCurrency`; 0 until money was taken. */
export function takenAmount ({ capturedAmount, taken }: Payment): number {
  return capturedAmount > 0 ? capturedAmount : taken?.amount ?? 0
}

export function takenCurrency ({ taken, currency }: Payment): string {
  return taken?.currency ?? currency
}

/** The disputes of the payment's own charge. Those of a second charge stand beside them, and claim none of its money. */
export function ownDisputes ({ disputes }: Payment): readonly Dispute[] {
  return disputes.filter(({ charge }) => charge === null)
}

/** The charge that a provider names for a refund or a dispute, where it is not that of the payment. */
export function secondCharge ({ providerReference, taken }: Payment, charge: string | undefined): string | null {
  return charge === undefined || charge === providerReference || charge === taken?.reference ? null : charge
}

/** The status of a payment of which money was taken. An open or lost dispute takes precedence over refunds. */
export function takenStatus (payment: Payment): PaymentStatus {
  if (ownDisputes(payment).some(({ status }) => status === 'open' || status === 'lost')) return 'disputed'
  if (payment.refundedAmount >= takenAmount(payment)) return 'refunded'
  if (!isCaptured(payment)) return 'pending'
  return payment.refundedAmount === 0 ? 'succeeded' : 'partially_refunded'
}

/**
 * Whether this version knows the status of the payment and of all its refunds and disputes, and the charge of one of the earlier application. Another
 * version may have stored others. This version shows such a payment as it is, but neither charges nor refunds it, does not follow it up, and moves no state of it.
 */
export function isUnderstood ({ status, refunds, disputes, earlier }: Payment): boolean {
  return !isForeign(earlier) && PAYMENT_STATUSES.includes(status) &&
    refunds.every((refund) => REFUND_STATUSES.includes(refund.status)) &&
    disputes.every((dispute) => DISPUTE_STATUSES.includes(dispute.status))
}

/** @throws payment_unreadable */
export function checkUnderstood (payment: Payment): void {
  if (isForeign(payment.earlier)) throw new DomainError('payment_unreadable', 'the earlier application has stored this payment, and the service does not change it')
  if (!isUnderstood(payment)) throw new DomainError('payment_unreadable', 'another version of the service has stored a status that this version does not know')
}

/** Whether the payment is of the earlier application, and its charge is not known. */
function isForeign (earlier: Earlier | null): boolean {
  return earlier !== null && earlier.reference === null
}
