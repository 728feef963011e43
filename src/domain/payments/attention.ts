import { createdKey, type Timestamp } from '../time.js'
import type { PaymentEvent } from './decision.js'
import { PAYMENT_FLAGS, type Payment } from './payment.js'

/** What administrators look for across payments. */
export const ATTENTION_KINDS = ['refund', 'dispute', 'flag'] as const
export type AttentionKind = typeof ATTENTION_KINDS[number]

/**
 * The place of one refund, dispute or flag in the lists across payments. It holds no text and no person: lists read the payment itself. Its
 * key never changes, so that writing it again leads to the same place.
 */
export interface AttentionPlace {
  readonly kind: AttentionKind
  /** When it began, with the id of the payment and its own: its place in the list, newest first. */
  readonly key: string
  readonly paymentId: string
  /** Of the refund or dispute; the name of a flag. */
  readonly id: string
  /** The status of the refund or dispute. Of a flag that waits for a person its name, so that each flag can be counted; else what was decided. */
  readonly state: string
  /** The version of the payment from which the state is. */
  readonly version: number
}

/** Disputes of which one event writes the places: those that changed last, because a transaction has a limit. */
const DISPUTES_MAX = 50

/** Whether the event may change a place. */
export function concernsAttention ({ type }: { readonly type: string }): boolean {
  return type.startsWith('refund.') || type.startsWith('dispute.') || type.startsWith('payment.flag')
}

/** The places that the event may change, in the present state of the payment: whichever event comes last, the places are right. */
export function attentionOf ({ type, data: { refundId } }: PaymentEvent, payment: Payment): AttentionPlace[] {
  if (type.startsWith('refund.')) return refundPlaces(payment).filter(({ id }) => id === refundId)
  if (type.startsWith('dispute.')) return disputePlaces(payment).slice(-DISPUTES_MAX)
  return flagPlaces(payment)
}

/** All places of a payment. */
export function allAttentionOf (payment: Payment): AttentionPlace[] {
  return [...refundPlaces(payment), ...disputePlaces(payment), ...flagPlaces(payment)]
}

function refundPlaces (payment: Payment): AttentionPlace[] {
  return payment.refunds.map(({ refundId, status, createdAt }) => place(payment, 'refund', createdAt, refundId, status))
}

/** A dispute from before its time was kept has the place of its payment. */
function disputePlaces (payment: Payment): AttentionPlace[] {
  return payment.disputes.map(({ disputeId, status, createdAt }) => place(payment, 'dispute', createdAt ?? payment.createdAt, disputeId, status))
}

function flagPlaces (payment: Payment): AttentionPlace[] {
  return PAYMENT_FLAGS.flatMap((flag) => {
    const state = payment.flags.includes(flag) ? flag : payment.causes.findLast((cause) => cause.flag === flag)?.decision
    return state == null ? [] : [place(payment, 'flag', payment.createdAt, flag, state)]
  })
}

function place ({ paymentId, version }: Payment, kind: AttentionKind, at: Timestamp, id: string, state: string): AttentionPlace {
  return { kind, key: createdKey(at, `${paymentId}#${id}`), paymentId, id, state, version }
}
