import { DomainError } from '../errors.js'
import { checkMetadata, type JsonObject } from '../json.js'
import { money } from '../money.js'
import type { Timestamp } from '../time.js'

export const PAYMENT_STATUSES = [
  'pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'partially_refunded', 'refunded', 'disputed',
] as const
export type PaymentStatus = typeof PAYMENT_STATUSES[number]

export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const
export const DISPUTE_STATUSES = ['open', 'won', 'lost'] as const

/** What a person should look at. A flag never goes away by itself. */
export const PAYMENT_FLAGS = ['amount_mismatch', 'late_success', 'duplicate_charge', 'refund_failed', 'unknown_refund', 'outcome_unknown'] as const
export type PaymentFlag = typeof PAYMENT_FLAGS[number]

/**
 * Who is talking to the provider about this payment, and until when nobody else may.
 * The epoch grows with each owner, so that one whose lease ran out can't close the lease of the next.
 */
export interface Lease {
  readonly owner: string
  readonly epoch: number
  /** Null once the owner has put down what the provider said, or that it said nothing. */
  readonly until: Timestamp | null
}

/** When the provider is to be asked next how it ends, and how often that has been done. */
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

export interface Refund {
  readonly refundId: string
  readonly amount: number
  /** Pending from its reservation on, until the provider has said how it ended. */
  readonly status: typeof REFUND_STATUSES[number]
  readonly reason: string | null
  readonly createdAt: Timestamp
  readonly lease: Lease
  readonly fingerprint: string
}

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

export interface Payment {
  readonly paymentId: string
  readonly orderId: string
  readonly userId: string
  readonly sellerId: string | null
  /** Minor units, as every amount here. */
  readonly amount: number
  readonly currency: string
  readonly status: PaymentStatus
  /** What the provider has taken: 0 or `amount`. */
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
  /** Grows by one with each change that is stored. */
  readonly version: number
  readonly lease: Lease
  /** Null where all is final, or where the checks are used up and the payment is flagged `outcome_unknown`. */
  readonly followUp: FollowUp | null
  /** Digest of the request that made it. */
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
    throw new DomainError('invalid_amount', 'quantities and amounts of items are whole numbers above zero')
  }
  const total = items.reduce((sum, item) => sum + item.quantity * item.unitAmount, 0)
  if (total !== amount) throw new DomainError('items_total_mismatch', 'the items do not add up to the amount')
}

function isCount (value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}

/**
 * Whether this version knows the status of the payment and of all its refunds and disputes. Another version may have stored others. Such a
 * payment is shown as it is, and this version neither charges, refunds nor follows it up. A fact raises a flag on it, or waits where it
 * would move its state.
 */
export function isUnderstood ({ status, refunds, disputes }: Payment): boolean {
  return PAYMENT_STATUSES.includes(status) &&
    refunds.every((refund) => REFUND_STATUSES.includes(refund.status)) &&
    disputes.every((dispute) => DISPUTE_STATUSES.includes(dispute.status))
}

/** @throws payment_unreadable */
export function checkUnderstood (payment: Payment): void {
  if (!isUnderstood(payment)) throw new DomainError('payment_unreadable', 'another version of the service has stored a state that this one does not know')
}

export function flagged (payment: Payment, flag: PaymentFlag): Payment {
  return payment.flags.includes(flag) ? payment : { ...payment, flags: [...payment.flags, flag] }
}

/** Whether the provider has, at some time, taken the money. */
export function isCaptured (payment: Payment): boolean {
  return payment.capturedAmount > 0
}

/** The status of captured money: an open or lost dispute shows before refunds. */
export function capturedStatus (payment: Payment): PaymentStatus {
  if (payment.disputes.some(({ status }) => status !== 'won')) return 'disputed'
  if (payment.refundedAmount === 0) return 'succeeded'
  return payment.refundedAmount < payment.capturedAmount ? 'partially_refunded' : 'refunded'
}
