import { DISPUTE_STATUSES, REFUND_STATUSES, type Failure, type NextAction } from './payment.js'

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
  readonly status: typeof REFUND_STATUSES[number]
  /** Where the provider tells them; they have to be ours. */
  readonly amount?: number
  readonly currency?: string
}

export interface DisputeFact {
  readonly kind: 'dispute'
  readonly disputeId: string
  readonly status: typeof DISPUTE_STATUSES[number]
  readonly amount: number
}

/** A provider's word on a payment, in our terms: from an answer, a look-up or a webhook alike. */
export type PaymentFact = ChargeFact | RefundFact | DisputeFact

export function isChargeFact (fact: PaymentFact): fact is ChargeFact {
  return fact.kind !== 'refund' && fact.kind !== 'dispute'
}

const CHARGE_KINDS: ReadonlyArray<ChargeFact['kind']> = ['succeeded', 'requires_action', 'processing', 'failed', 'canceled']

/** Whether this version knows what the fact says. A webhook event that another version has stored may say more. */
export function isKnownFact (fact: PaymentFact): boolean {
  switch (fact.kind) {
    case 'refund': return REFUND_STATUSES.includes(fact.status)
    case 'dispute': return DISPUTE_STATUSES.includes(fact.status)
    default: return CHARGE_KINDS.includes(fact.kind)
  }
}
