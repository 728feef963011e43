import { DomainError } from '../errors.js'
import { checkMetadata, type JsonObject } from '../json.js'
import { money } from '../money.js'
import type { Timestamp } from '../time.js'

export const PAYMENT_STATUSES = [
  'pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'partially_refunded', 'refunded', 'disputed',
] as const
export type PaymentStatus = typeof PAYMENT_STATUSES[number]

/** Reasons for a person to look at a payment. A flag is never removed. */
export const PAYMENT_FLAGS = ['amount_mismatch', 'late_success', 'duplicate_charge', 'refund_failed', 'unknown_refund', 'outcome_unknown'] as const
export type PaymentFlag = typeof PAYMENT_FLAGS[number]

/**
 * The right of one owner to talk to the provider about a charge or a refund.
 * The epoch grows with each owner and fences late ones: an owner whose lease ran out cannot end the lease of the next.
 */
export interface Lease {
  readonly owner: string
  readonly epoch: number
  /** Null once the owner has recorded the outcome, known or unknown. */
  readonly until: Timestamp | null
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
  readonly type: 'redirect'
  readonly url: string
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
  /** `pending` from the reservation of the amount until the provider has decided. */
  readonly status: typeof REFUND_STATUSES[number]
  readonly reason: string | null
  readonly createdAt: Timestamp
  readonly lease: Lease
  readonly fingerprint: string
}

export const DISPUTE_STATUSES = ['open', 'won', 'lost'] as const

export interface Dispute {
  readonly disputeId: string
  readonly amount: number
  readonly status: typeof DISPUTE_STATUSES[number]
}

export interface Address {
  readonly contactName: string
  readonly address: string
  readonly city: string
  readonly country: string
  readonly zipCode?: string
}

/** Amounts are in minor units of `currency`. */
export interface Payment {
  readonly paymentId: string
  readonly orderId: string
  readonly userId: string
  readonly sellerId: string | null
  readonly amount: number
  readonly currency: string
  readonly status: PaymentStatus
  /** 0 or `amount`: providers capture all or nothing. */
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
  readonly shippingAddress: Address | null
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Grows by one with each stored change. */
  readonly version: number
  readonly lease: Lease
  /** Null when nothing is open, or when all follow-ups are used up and the payment is flagged `outcome_unknown`. */
  readonly followUp: FollowUp | null
  /** Digest of the request that created the payment. */
  readonly fingerprint: string
}

export type PaymentDraft = Pick<Payment, 'orderId' | 'userId' | 'sellerId' | 'amount' | 'currency' | 'provider' | 'description' |
  'items' | 'metadata' | 'returnUrl' | 'buyerEmail' | 'shippingAddress'>

export interface PaymentIntent {
  readonly paymentId: string
  readonly fingerprint: string
  readonly owner: string
  readonly until: Timestamp
  readonly now: Timestamp
}

/** @throws invalid_amount, unsupported_currency, items_total_mismatch, metadata_too_large */
export function newPayment (draft: PaymentDraft, intent: PaymentIntent): Payment {
  money(draft.amount, draft.currency)
  checkItems(draft.items, draft.amount)
  checkMetadata(draft.metadata)
  return {
    ...draft,
    paymentId: intent.paymentId,
    status: 'pending',
    capturedAmount: 0,
    refundedAmount: 0,
    refunds: [],
    disputes: [],
    providerReference: null,
    nextAction: null,
    failure: null,
    flags: [],
    createdAt: intent.now,
    updatedAt: intent.now,
    version: 1,
    lease: { owner: intent.owner, epoch: 1, until: intent.until },
    followUp: null,
    fingerprint: intent.fingerprint,
  }
}

function checkItems (items: readonly Item[], amount: number): void {
  if (items.length === 0) return
  if (!items.every(({ quantity, unitAmount }) => isCount(quantity) && isCount(unitAmount))) {
    throw new DomainError('invalid_amount', 'quantity and unitAmount of an item are whole numbers above zero')
  }
  const total = items.reduce((sum, item) => sum + item.quantity * item.unitAmount, 0)
  if (total !== amount) throw new DomainError('items_total_mismatch', 'the items add up to another sum than the amount')
}

function isCount (value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}

export function flagged (payment: Payment, flag: PaymentFlag): Payment {
  return payment.flags.includes(flag) ? payment : { ...payment, flags: [...payment.flags, flag] }
}

/** Whether the provider has captured the money. What happens afterwards does not change that. */
export function isCaptured (payment: Payment): boolean {
  return payment.capturedAmount > 0
}

/** The status of a captured payment. An open or lost dispute takes precedence over refunds. */
export function capturedStatus (payment: Payment): PaymentStatus {
  if (payment.disputes.some(({ status }) => status !== 'won')) return 'disputed'
  if (payment.refundedAmount === 0) return 'succeeded'
  return payment.refundedAmount < payment.capturedAmount ? 'partially_refunded' : 'refunded'
}

/**
 * Whether this version knows the status of the payment and of all its refunds and disputes. Another version may have stored others.
 * This version shows such a payment as it is, but neither charges nor refunds it, does not follow it up, and moves no state of it.
 */
export function isUnderstood ({ status, refunds, disputes }: Payment): boolean {
  return PAYMENT_STATUSES.includes(status) &&
    refunds.every((refund) => REFUND_STATUSES.includes(refund.status)) &&
    disputes.every((dispute) => DISPUTE_STATUSES.includes(dispute.status))
}

/** @throws payment_unreadable */
export function checkUnderstood (payment: Payment): void {
  if (!isUnderstood(payment)) throw new DomainError('payment_unreadable', 'another version of the service has stored a status that this version does not know')
}
