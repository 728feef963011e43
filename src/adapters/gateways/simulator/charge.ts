import type { Dispute, Failure, Payment } from '#domain/payments/payment.js'
import type { Timestamp } from '#domain/time.js'
import type { Story } from './news.js'
import type { Outcome, Scenario } from './scenario.js'
import type { SimulatorEvent } from './webhook.js'

export type Order = Pick<Payment, 'paymentId' | 'orderId' | 'amount' | 'currency' | 'returnUrl' | 'expiresAt'>

export interface BankRefund {
  /** Ours; null for one that was made at the bank. */
  readonly refundId: string | null
  /** The bank's. */
  readonly reference: string
  readonly amount: number
  status: 'succeeded' | 'failed'
  failure: Failure | null
}

/** A charge at the bank. `amount` is the captured amount, which may differ from the requested one. */
export interface Charge extends Order, Story {
  readonly reference: string
  readonly scenario: Scenario
  /** With the surcharge for installments. */
  readonly charged: number
  readonly installments: number
  /** When the bank closes the page; null: never. */
  readonly expiresAt: Timestamp | null
  outcome: Outcome | { readonly status: 'canceled' }
  readonly refunds: BankRefund[]
  dispute: { readonly disputeId: string, status: Dispute['status'], at: Timestamp } | null
}

/** What is left to give back, of all that was taken. */
export function refundable ({ outcome, charged, refunds }: Charge): number {
  const refunded = refunds.filter(({ status }) => status === 'succeeded').reduce((sum, refund) => sum + refund.amount, 0)
  return outcome.status === 'succeeded' ? charged - refunded : 0
}

/** The members of `taken` that a payment in one sum does not have. */
export function installmentsOf ({ charged, installments }: Charge): { readonly charged?: number, readonly installments?: number } {
  return installments === 1 ? {} : { charged, installments }
}

function dataOf ({ paymentId, reference, amount, currency }: Charge) {
  return { paymentId, reference, amount, currency }
}

/** The event of the present outcome of a charge whose page, if it has one, does not wait for the payer any more. */
export function outcomeEvent (charge: Charge, timestamp: Timestamp): SimulatorEvent {
  const data = dataOf(charge)
  switch (charge.outcome.status) {
    case 'canceled': return { type: 'payment.canceled', timestamp, data }
    case 'failed': return { type: 'payment.failed', timestamp, data: { ...data, failure: charge.outcome.failure } }
    case 'succeeded': return { type: 'payment.succeeded', timestamp, data: { ...data, ...installmentsOf(charge) } }
    default: return { type: 'payment.processing', timestamp, data }
  }
}

export function refundEvent (charge: Charge, { refundId, reference, amount, status, failure }: BankRefund, timestamp: Timestamp): SimulatorEvent {
  const data = { ...dataOf(charge), amount, refundReference: reference, ...(refundId !== null && { refundId }), ...(failure !== null && { failure }) }
  return { type: `refund.${status}`, timestamp, data }
}

const DISPUTE_EVENTS = { open: 'dispute.opened', won: 'dispute.won', lost: 'dispute.lost', warning: 'dispute.warned', prevented: 'dispute.prevented' } as const

export function disputeEvent (charge: Charge, disputeId: string, status: Dispute['status'], timestamp: Timestamp): SimulatorEvent {
  return { type: DISPUTE_EVENTS[status], timestamp, data: { ...dataOf(charge), amount: charge.charged, disputeId } }
}
