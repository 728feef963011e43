import type { ChargeFact, DisputeFact, PaymentFact, RefundFact } from '#domain/payments/payment-fact.js'

export type ChargeState = Exclude<ChargeFact['kind'], 'open'>
export type RefundState = RefundFact['status']

export interface Charge {
  readonly reference: string
  /** Our reference of the payment. */
  readonly paymentId: string
  /** Under which it was asked for. */
  readonly key: string
  /** What was taken, and what was to be taken. */
  readonly amount: number
  readonly asked: number
  readonly currency: string
  state: ChargeState
  /** All that it has ever been: only what the provider has said may be believed of it. */
  readonly states: Set<ChargeState>
  /** The payer has paid once more, by himself. */
  readonly isExtra: boolean
  /** The event that told of its success. */
  paidBy: string | null
  /** The event that told of a change after the last word had been said; null where that was kept to. */
  secondThought: string | null
}

export interface BankRefund {
  readonly refundId: string
  readonly key: string
  readonly paymentId: string
  readonly amount: number
  state: RefundState
  readonly states: Set<RefundState>
  secondThought: string | null
}

export interface BankDispute {
  readonly disputeId: string
  readonly paymentId: string
  readonly amount: number
  status: DisputeFact['status']
}

/** Something that the provider tells of by itself. */
export interface News {
  readonly eventId: string
  readonly provider: string
  readonly paymentId: string
  readonly reference: string
  readonly fact: PaymentFact
}

export interface ChargeOrder {
  readonly paymentId: string
  readonly key: string
  readonly amount: number
  readonly currency: string
}

export interface RefundOrder {
  readonly paymentId: string
  readonly refundId: string
  readonly key: string
  readonly amount: number
}

export function chargeFact ({ state, reference, amount, currency }: Charge): ChargeFact {
  switch (state) {
    case 'succeeded': return { kind: 'succeeded', reference, amount, currency }
    case 'failed': return { kind: 'failed', reference, failure: { code: 'declined', message: 'declined' } }
    case 'canceled': return { kind: 'canceled', reference }
    case 'requires_action': return { kind: 'requires_action', reference, nextAction: { type: 'redirect', url: 'https://pay.example' } }
    case 'processing': return { kind: 'processing', reference }
  }
}

export function refundFact ({ refundId, state, amount }: BankRefund): RefundFact {
  return { kind: 'refund', refundId, status: state, amount }
}
