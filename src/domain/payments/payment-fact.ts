import { DomainError } from '../errors.js'
import type { Timestamp } from '../time.js'
import { DISPUTE_STATUSES, REFUND_STATUSES, type Dispute, type Failure, type NextAction, type Refund } from './payment.js'

/**
 * One thing a provider said about the charge of a payment. Amounts are in minor units; `reference` is the provider's id of the
 * charge.
 */
export type ChargeFact =
  | {
    readonly kind: 'succeeded'
    readonly reference: string
    /** What was taken for the order. */
    readonly amount: number
    readonly currency: string
    /** What was taken with the surcharge for installments, where that is more. */
    readonly charged?: number
    /** Default: 1. */
    readonly installments?: number
  }
  /** The payer may act, at this address. */
  | { readonly kind: 'requires_action', readonly reference: string, readonly nextAction: NextAction }
  /** The payer may act, but the provider does not say where. */
  | { readonly kind: 'open', readonly reference: string }
  /** The payer has done their part: the money is on its way, or the provider or a bank decides. A voucher has an address of its own. */
  | { readonly kind: 'processing', readonly reference: string, readonly nextAction?: NextAction }
  | { readonly kind: 'failed', readonly reference: string | null, readonly failure: Failure }
  /** `failure` says why, where it was neither the payer nor time. */
  | { readonly kind: 'canceled', readonly reference: string | null, readonly failure?: Failure }

const CHARGE_KINDS: readonly string[] = ['succeeded', 'requires_action', 'open', 'processing', 'failed', 'canceled'] satisfies Array<ChargeFact['kind']>

interface RefundWord {
  readonly kind: 'refund'
  /** `pending`: the provider has accepted the refund and not decided it. It must not be sent again. */
  readonly status: Refund['status']
  /** Present when the provider names them. Both must then equal ours. */
  readonly amount?: number
  readonly currency?: string
  /** The provider's id of the refund. */
  readonly reference?: string
  /** The provider's id of the charge that it gives back, where it may be another than that of the payment. */
  readonly charge?: string
  readonly failure?: Failure
}

export interface RefundFact extends RefundWord {
  /** Ours, which the provider repeats; for a refund that was made at the provider, the id that follows from the provider's. */
  readonly refundId: string
  /** Present when the provider does not name a refund of ours. */
  readonly origin?: 'provider'
}

export interface DisputeFact {
  readonly kind: 'dispute'
  readonly disputeId: string
  readonly status: Dispute['status']
  readonly amount: number
  readonly currency?: string
  /** The time of the provider's word. Default: its place among the others decides. */
  readonly at?: Timestamp
  /** The provider's id of the charge that it is about, where it may be another than that of the payment. */
  readonly charge?: string
}

/** One thing a provider said about a payment, in our terms. Answers, look-ups and webhooks all yield facts. */
export type PaymentFact = ChargeFact | RefundFact | DisputeFact

/** A refund as a provider names it. `refundId` is null when the provider does not name one of ours. */
export interface ReportedRefund extends RefundWord {
  readonly refundId: string | null
}

/** A fact as a provider reports it: its refunds have no id of ours yet. */
export type ReportedFact = ChargeFact | ReportedRefund | DisputeFact

export function isChargeFact (fact: ReportedFact): fact is ChargeFact {
  return fact.kind !== 'refund' && fact.kind !== 'dispute'
}

/** Whether this version can apply the fact. Another version may have stored facts of other kinds and statuses. */
export function isKnownFact (fact: ReportedFact): boolean {
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
