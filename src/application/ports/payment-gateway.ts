import type { Address, Payment } from '#domain/payments/payment.js'
import type { ChargeFact, PaymentFact } from '#domain/payments/payment-fact.js'
import type { Timestamp } from '#domain/time.js'

/** What a provider may ask about the payer. Handed over, never stored. */
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
  /** Its `paymentId` is our reference at the provider, and the key under which a repeat is the same charge. */
  readonly payment: Payment
  /** The provider's token of a payment method; null asks for the provider's hosted page. */
  readonly token: string | null
  readonly buyer: Buyer | null
  readonly billingAddress: Address | null
  /** The payer's address on the network. */
  readonly ip: string
  /** Our own address, to which a hosted page sends the payer back, by GET or by a form. */
  readonly callbackUrl: string
}

export interface RefundRequest {
  readonly payment: Payment
  /** Our reference of the refund, and the key under which a repeat is the same refund. */
  readonly refundId: string
  readonly amount: number
}

/** No usable answer: a time-out, a reset, a 5xx, an unreadable or unsigned body. Nobody may guess what happened. */
export interface Unknown {
  readonly kind: 'unknown'
  readonly reason: string
}

export type ChargeAnswer = ChargeFact | Unknown
export type RefundAnswer = { readonly kind: 'succeeded' | 'failed' | 'pending' } | Unknown
/** All that the provider knows of a payment; `not_found` says for certain that it knows nothing. */
export type LookupAnswer = { readonly kind: 'found', readonly facts: readonly PaymentFact[] } | { readonly kind: 'not_found' } | Unknown

export interface WebhookDelivery {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The bytes as they came: a signature covers nothing else. */
  readonly body: Uint8Array
  readonly now: Timestamp
}

export interface WebhookNotice {
  /** The provider's id of the event: the same for each delivery of it. */
  readonly eventId: string
  readonly type: string
  /** Our reference of the payment, where the provider tells it. */
  readonly paymentId: string | null
  /** The provider's own, by which the payment is found where ours is not told. */
  readonly providerReference: string | null
  /** `ask` where the webhook does not say enough to settle by: the provider has to be looked up. Null for what does not concern us. */
  readonly fact: PaymentFact | 'ask' | null
}

/**
 * A payment provider. An outcome that is not known for certain is the value `unknown`, never an exception and never a failure.
 */
export interface PaymentGateway {
  readonly provider: string
  readonly capabilities: {
    /** Whether a repeat under the same key is answered with the first outcome instead of a second effect. */
    readonly idempotent: boolean
    /** ISO 4217 codes that it takes; null takes all that we know. */
    readonly currencies: readonly string[] | null
  }
  /** The header that carries the provider's signature, in lower case: by it a webhook finds its provider. */
  readonly signatureHeader: string
  /**
   * Seconds for which no new charge is worth a try, because the provider has stopped answering; null while it may be asked.
   * Absent where nobody watches it.
   */
  readonly outageS?: () => number | null
  /**
   * Refuses what this provider cannot take, before anything is stored or sent.
   * @throws buyer_required, payment_method_invalid, unsupported_currency
   */
  check: (request: ChargeRequest) => void
  charge: (request: ChargeRequest) => Promise<ChargeAnswer>
  lookup: (payment: Payment) => Promise<LookupAnswer>
  refund: (request: RefundRequest) => Promise<RefundAnswer>
  /** @throws invalid_webhook_signature, invalid_webhook (signed, but not readable) */
  verifyWebhook: (delivery: WebhookDelivery) => WebhookNotice
}
