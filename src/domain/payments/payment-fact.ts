import type { Failure, NextAction } from './payment.js'

/** What a provider has told about the charge of a payment. */
export type ChargeFact =
  | { readonly kind: 'succeeded', readonly reference: string, readonly amount: number, readonly currency: string }
  | { readonly kind: 'requires_action', readonly reference: string, readonly nextAction: NextAction }
  | { readonly kind: 'processing', readonly reference: string }
  | { readonly kind: 'failed', readonly reference: string | null, readonly failure: Failure }
  | { readonly kind: 'canceled', readonly reference: string | null }

export interface RefundFact {
  readonly kind: 'refund'
  readonly refundId: string
  /** Pending says that the provider knows the refund and has not decided: it must not be sent again. */
  readonly status: 'pending' | 'succeeded' | 'failed'
  /** Where the provider tells them; they have to be ours. */
  readonly amount?: number
  readonly currency?: string
}

export interface DisputeFact {
  readonly kind: 'dispute'
  readonly disputeId: string
  readonly status: 'open' | 'won' | 'lost'
  readonly amount: number
}

/** A provider's word on a payment, in our terms: from an answer, a look-up or a webhook alike. */
export type PaymentFact = ChargeFact | RefundFact | DisputeFact

export function isChargeFact (fact: PaymentFact): fact is ChargeFact {
  return fact.kind !== 'refund' && fact.kind !== 'dispute'
}
