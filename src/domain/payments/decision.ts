import type { Timestamp } from '../time.js'
import { followUpOf } from './follow-up.js'
import { flagged, type Payment, type PaymentFlag, type PaymentStatus } from './payment.js'

/** The next state of a payment and what happened on the way; no events and the same payment where nothing is to change. */
export interface Decision {
  readonly payment: Payment
  readonly events: readonly PaymentEvent[]
}

/** A rule to apply to whatever state a payment is in when it is stored: pure, because it may run more than once. */
export type PaymentChange = (payment: Payment) => Decision

/** A payment that did not exist before. */
export function created (draft: Payment): Decision {
  const payment = { ...draft, followUp: followUpOf(draft, draft.createdAt) }
  return { payment, events: paymentEvents(null, payment, [{ type: 'payment.created' }]) }
}

/** The change from `before` to `after` as the next version. Time never runs backwards within a payment, whatever a node's clock says. */
export function decided (before: Payment, after: Payment, now: Timestamp, details: readonly EventDetail[]): Decision {
  const updatedAt = now > before.updatedAt ? now : before.updatedAt
  const payment = { ...after, version: before.version + 1, updatedAt, followUp: followUpOf(after, updatedAt) }
  return { payment, events: paymentEvents(before, payment, details) }
}

export function unchanged (payment: Payment): Decision {
  return { payment, events: [] }
}

/** What several decisions in a row have led to from `before`, as the one version that is stored. */
export function asOneChange (before: Payment, { payment: last, events }: Decision): Decision {
  if (last === before) return unchanged(before)
  const payment = { ...last, version: before.version + 1 }
  return { payment, events: eventsOfOneChange(payment, events) }
}

/** Puts a flag on the payment, once. With the `reference` of the charge that it tells of, if none is known, a person finds that charge. */
export function raiseFlag (payment: Payment, flag: PaymentFlag, now: Timestamp, reference: string | null = null): Decision {
  const next = flagged(payment, flag)
  if (next === payment) return unchanged(payment)
  return decided(payment, { ...next, providerReference: payment.providerReference ?? reference }, now, [{ type: 'payment.flagged' }])
}

export const PAYMENT_EVENT_TYPES = [
  'payment.created', 'payment.requires_action', 'payment.processing', 'payment.succeeded', 'payment.failed', 'payment.canceled',
  'payment.flagged', 'refund.requested', 'refund.succeeded', 'refund.failed', 'dispute.opened', 'dispute.won', 'dispute.lost',
] as const
export type PaymentEventType = typeof PAYMENT_EVENT_TYPES[number]

/** What happened to a payment, with all that statistics need to count it without reading the payment again. */
export interface PaymentEvent {
  /** Time, payment, version and place within the change: sorts in the order of events, and is never given twice. */
  readonly eventId: string
  readonly type: PaymentEventType
  readonly occurredAt: Timestamp
  readonly subjectId: string
  readonly data: {
    readonly userId: string
    readonly sellerId: string | null
    readonly provider: string
    readonly currency: string
    /** Of the payment, or of the refund or dispute that the event is about; minor units. */
    readonly amount: number
    readonly paymentAmount: number
    readonly status: PaymentStatus
    /** The statuses of a payment's events join without a gap: only the first event of a step tells of its change. */
    readonly previousStatus: PaymentStatus | null
    /** What the step adds to the refunded amount, told by its first event alone. */
    readonly refundedDelta: number
    readonly createdAt: Timestamp
    readonly refundId: string | null
  }
}

export interface EventDetail {
  readonly type: PaymentEventType
  readonly amount?: number
  readonly refundId?: string
}

/** The events of one change, from the payment before (null when it is created) and after it. */
export function paymentEvents (before: Payment | null, after: Payment, details: readonly EventDetail[]): PaymentEvent[] {
  return details.map(({ type, amount, refundId }, index) => ({
    eventId: eventIdOf(after, index),
    type,
    occurredAt: after.updatedAt,
    subjectId: after.paymentId,
    data: {
      userId: after.userId,
      sellerId: after.sellerId,
      provider: after.provider,
      currency: after.currency,
      amount: amount ?? after.amount,
      paymentAmount: after.amount,
      status: after.status,
      previousStatus: index === 0 ? before?.status ?? null : after.status,
      refundedDelta: index === 0 ? after.refundedAmount - (before?.refundedAmount ?? 0) : 0,
      createdAt: after.createdAt,
      refundId: refundId ?? null,
    },
  }))
}

/** The events of several steps as those of the one change that made `after`. */
export function eventsOfOneChange (after: Payment, events: readonly PaymentEvent[]): PaymentEvent[] {
  return events.map((event, index) => ({ ...event, eventId: eventIdOf(after, index) }))
}

function eventIdOf (after: Payment, index: number): string {
  const version = String(after.version).padStart(6, '0')
  return `${after.updatedAt}#${after.paymentId}#${version}.${String(index).padStart(3, '0')}`
}
