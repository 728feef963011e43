import type { Address, Failure, Payment } from '#domain/payments/payment.js'
import type { ChargeFact, ReportedFact } from '#domain/payments/payment-fact.js'
import type { Timestamp } from '#domain/time.js'
import type { InstallmentOffer } from './installment-offer.js'

/** Personal data that providers require of the payer. It is passed on and never stored. */
export interface Buyer {
  readonly name: string
  readonly surname: string
  readonly email: string
  readonly phone?: string
  readonly identityNumber?: string
  readonly address: string
  readonly city: string
  readonly country: string
  readonly zipCode?: string
}

export interface ChargeRequest {
  /** Its `paymentId` is our reference at the provider, and the idempotency key of the charge. */
  readonly payment: Payment
  /** The provider's token of a payment method; null requests the provider's hosted page. */
  readonly token: string | null
  readonly buyer: Buyer | null
  readonly billingAddress: Address | null
  /** The payer's network address. */
  readonly ip: string
  /** Our address, to which a hosted page sends the payer back, by GET or by a form. */
  readonly callbackUrl: string
}

export interface RefundRequest {
  readonly payment: Payment
  /** Our reference of the refund, and its idempotency key. */
  readonly refundId: string
  readonly amount: number
}

/** An unknown outcome: a time-out, a reset, a 5xx, an unreadable or unsigned body. The provider may or may not have acted. */
export interface Unknown {
  readonly kind: 'unknown'
  readonly reason: string
}

/**
 * The provider has not taken this request, so that for certain nothing was charged by it. That says nothing about the payer's card.
 * `access`: it takes no request of ours, because of our key or our account. `request`: it does not take this one.
 */
export interface Refused {
  readonly kind: 'refused'
  readonly about: 'access' | 'request'
  /** The provider's code, safe to log. */
  readonly code: string
}

export type ChargeAnswer = ChargeFact | Refused | Unknown
export type RefundAnswer =
  | { readonly kind: 'succeeded' | 'pending', /** The provider's id of the refund. */ readonly reference?: string }
  | { readonly kind: 'failed', readonly failure?: Failure, readonly reference?: string }
  | Unknown
/** Whether the provider takes our key. */
export type AccessAnswer = { readonly kind: 'accepted' } | Refused | Unknown
/** Everything the provider knows about a payment. `not_found`: it is certain that the provider knows nothing. */
export type LookupAnswer = { readonly kind: 'found', readonly facts: readonly ReportedFact[] } | { readonly kind: 'not_found' } | Unknown

/** Our payment behind a charge. `not_found`: it is certain that the charge belongs to no payment of ours. */
export type PaymentOfAnswer = { readonly kind: 'found', readonly paymentId: string } | { readonly kind: 'not_found' } | Unknown

/** A page of what moved at the provider on one day: charges, refunds and cancellations. A hint whom to ask about; it may not be signed. */
export interface ListedMoves {
  readonly kind: 'listed'
  readonly moves: ReadonlyArray<{
    /** As the provider has it: not all are ours. */
    readonly paymentId: string
    readonly isCharge: boolean
    /** The provider's id of the charge that moved; null where the list does not name it. */
    readonly charge: string | null
  }>
  readonly hasMore: boolean
}

export type ListedDay = ListedMoves | Unknown

export interface WebhookDelivery {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The unparsed bytes, which the signature covers. */
  readonly body: Uint8Array
  readonly now: Timestamp
  /** The secret in the address of a delivery, where its sender signs nothing. */
  readonly token?: string
}

/** The content of a webhook with a valid signature. */
export interface VerifiedWebhook {
  /** The provider's id of the event, the same for each delivery. */
  readonly eventId: string
  /** The id under which an earlier version of the service has stored the same event. */
  readonly formerEventId?: string
  readonly type: string
  /** Our id of the payment; null when the event does not hold it. */
  readonly paymentId: string | null
  /** The provider's reference of the payment; null when the event does not hold it. */
  readonly providerReference: string | null
  /** `ask`: the event does not say enough, and a look-up has to. Null: the event does not concern us. */
  readonly fact: ReportedFact | 'ask' | null
}

export const BREAKER_STATES = ['closed', 'open', 'half_open'] as const

/** `open`: new payments are held back. `half_open`: one of them may try. */
export interface BreakerState {
  readonly breaker: typeof BREAKER_STATES[number]
  /** When the provider was found to be out, or to answer again; null where it was never out. */
  readonly since: Timestamp | null
}

/** What this process knows of a provider by its answers. */
export interface Standing extends BreakerState {
  /** The code of the last charge that the provider did not take, or `outcome_unknown` where it did not say what became of it; null where there was none. */
  readonly lastErrorCode: string | null
}

/**
 * A payment provider. Its methods answer `unknown` for an unknown outcome, and never throw or report a failure for it.
 */
export interface PaymentGateway {
  readonly provider: string
  readonly capabilities: {
    /** Whether the provider answers a repeated idempotency key with the first outcome, without a second effect. */
    readonly idempotent: boolean
    /** Accepted currencies as ISO 4217 codes; null accepts all that we know. */
    readonly currencies: readonly string[] | null
  }
  /** Absent on a gateway whose provider takes one sum only. */
  readonly installments?: InstallmentOffer
  /** The header of the provider's signature, in lower case. It identifies the provider of a webhook. */
  readonly signatureHeader: string
  /**
   * Seconds in which no new charge should be tried, because the provider does not answer; null when it does. Absent on a gateway
   * without a breaker.
   */
  readonly outageS?: () => number | null
  /** Absent on a gateway without a breaker. */
  readonly standing?: () => Standing
  /** Asks whether the provider takes our key, by a call that changes nothing. Absent on a gateway that needs no key. */
  readonly checkAccess?: () => Promise<AccessAnswer>
  /**
   * Refuses a request that this provider cannot process, before anything is stored or sent.
   *
   * @throws buyer_required, payment_method_invalid, unsupported_currency, not_offered
   */
  check: (request: ChargeRequest) => void
  charge: (request: ChargeRequest) => Promise<ChargeAnswer>
  lookup: (payment: Payment) => Promise<LookupAnswer>
  refund: (request: RefundRequest) => Promise<RefundAnswer>
  /**
   * Closes a payment that is not paid, and answers everything that the provider knows afterwards. A payment of which it answers
   * `canceled` can no longer be paid. Where the provider can close nothing, this is a look-up.
   */
  cancel: (payment: Payment) => Promise<LookupAnswer>
  /**
   * Finds our payment behind the provider's id of a charge, which may be a second one of it. Absent where every event about a payment
   * holds our id.
   */
  readonly paymentOf?: ((reference: string) => Promise<PaymentOfAnswer>) | undefined
  /** The moves of a day, YYYY-MM-DD, page by page from 1. Absent where the provider has no such list. */
  readonly listDay?: (day: string, page: number) => Promise<ListedDay>
  /** @throws invalid_webhook_signature; invalid_webhook for a signed body that cannot be read */
  verifyWebhook: (delivery: WebhookDelivery) => VerifiedWebhook
}
