import type { ChargeFact, DisputeFact, ReportedFact, ReportedRefund } from '#domain/payments/payment-fact.js'
import type { NextAction, Payment } from '#domain/payments/payment.js'
import type { Timestamp } from '#domain/time.js'

export type ChargeState = Exclude<ChargeFact['kind'], 'open'>
export type RefundState = ReportedRefund['status']

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
  /** What the payer paid, with a surcharge for installments, and in how many. */
  readonly charged: number
  readonly installments: number
  readonly isVoucher: boolean
  state: ChargeState
  /** All that it has ever been: only what the provider has said may be believed of it. */
  readonly states: Set<ChargeState>
  /** The payer has paid once more, at their own wish. */
  readonly isExtra: boolean
}

export interface BankRefund {
  /** Its id there. */
  readonly reference: string
  /** Ours; null for a refund that was made in the dashboard. */
  readonly refundId: string | null
  readonly key: string
  readonly paymentId: string
  /** The charge that it gives back. */
  readonly charge: string
  readonly amount: number
  /** The provider will never say how it ends. */
  readonly isLeftOpen: boolean
  /** A person has ended it too early, as not made. */
  isDoubted: boolean
  /** Milliseconds since the world began. */
  readonly madeAt: number
  state: RefundState
  readonly states: Set<RefundState>
}

export interface BankDispute {
  readonly disputeId: string
  readonly paymentId: string
  /** The charge that it is about. */
  readonly charge: string
  readonly amount: number
  status: DisputeFact['status']
  /** Of the last change. */
  at: Timestamp
}

/** Something that the provider tells of by itself. */
export interface News {
  readonly eventId: string
  readonly provider: string
  readonly paymentId: string
  readonly reference: string
  readonly fact: ReportedFact
}

export interface ChargeOrder {
  readonly paymentId: string
  readonly key: string
  readonly amount: number
  readonly currency: string
  /** The highest count of them that the payer may choose. */
  readonly installments: number
}

export interface RefundOrder {
  readonly paymentId: string
  readonly charge: string
  readonly refundId: string
  readonly key: string
  readonly amount: number
}

const PAGE: NextAction = { type: 'redirect', url: 'https://pay.example' }
const VOUCHER: NextAction = { type: 'voucher', url: 'https://pay.example/voucher' }

export function chargeFact ({ state, reference, amount, currency, charged, installments, isVoucher }: Charge): ChargeFact {
  switch (state) {
    case 'succeeded': return { kind: 'succeeded', reference, amount, currency, ...(charged !== amount && { charged, installments }) }
    case 'failed': return { kind: 'failed', reference, failure: { code: 'declined', message: 'declined' } }
    case 'canceled': return { kind: 'canceled', reference }
    case 'requires_action': return { kind: 'requires_action', reference, nextAction: PAGE }
    case 'processing': return { kind: 'processing', reference, ...(isVoucher && { nextAction: VOUCHER }) }
  }
}

/** Whether the payer was to be charged as much: the amount of the order, or more for as many installments as they might choose. */
export function isWanted ({ amount, charged, installments }: Charge, order: Pick<Payment, 'amount' | 'installments'>): boolean {
  return amount === order.amount && (charged === amount || (installments > 1 && installments <= order.installments))
}

export function refundFact ({ refundId, reference, state, amount, charge }: BankRefund): ReportedRefund {
  return { kind: 'refund', refundId, reference, status: state, amount, ...(refundId === null && { charge }) }
}

export function disputeFact ({ disputeId, amount, status, at, charge }: BankDispute): DisputeFact {
  return { kind: 'dispute', disputeId, amount, status, at, charge }
}
