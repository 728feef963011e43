import { DomainError } from '../errors.js'
import { DISPUTE_STATUSES, REFUND_STATUSES, type Dispute, type Failure, type NextAction, type Refund } from './payment.js'

/**
 * One thing a provider said about the charge of a payment. Amounts are in minor units; `reference` is the provider's id of the
 * charge.
 */
export type ChargeFact =
  | { readonly kind: 'succeeded', readonly reference: string, readonly amount: number, readonly currency: string }
  | { readonly kind: 'requires_action', readonly reference: string, readonly nextAction: NextAction }
  | { readonly kind: 'processing', readonly reference: string }
  | { readonly kind: 'failed', readonly reference: string | null, readonly failure: Failure }
  /** `failure` says why, where it was neither the payer nor time. */
  | { readonly kind: 'canceled', readonly reference: string | null, readonly failure?: Failure }

const CHARGE_KINDS: readonly string[] = ['succeeded', 'requires_action', 'processing', 'failed', 'canceled'] satisfies Array<ChargeFact['kind']>

export interface RefundFact {
  readonly kind: 'refund'
  readonly refundId: string
  /** `pending`: the provider has accepted the refund and not decided it. It must not be sent again. */
  readonly status: Refund['status']
  /** Present when the provider names them. Both must then equal ours. */
  readonly amount?: number
  readonly currency?: string
}

export interface DisputeFact {
  readonly kind: 'dispute'
  readonly disputeId: string
  readonly status: Dispute['status']
  readonly amount: number
}

/** One thing a provider said about a payment, in our terms. Answers, look-ups and webhooks all yield facts. */
export type PaymentFact = ChargeFact | RefundFact | DisputeFact

export function isChargeFact (fact: PaymentFact): fact is ChargeFact {
  return fact.kind !== 'refund' && fact.kind !== 'dispute'
}

/** Whether this version can apply the fact. Another version may have stored facts of other kinds and statuses. */
export function isKnownFact (fact: PaymentFact): boolean {
  switch (fact.kind) {
    case 'refund': return REFUND_STATUSES.includes(fact.status)
    case 'dispute': return DISPUTE_STATUSES.includes(fact.status)
    default: return CHARGE_KINDS.includes(fact.kind)
  }
}

/** @throws payment_unreadable for a fact that this version cannot apply */
export function checkKnown (fact: PaymentFact): void {
  if (!isKnownFact(fact)) throw new DomainError('payment_unreadable', 'another version of the service has stored a fact that this version does not know')
}
