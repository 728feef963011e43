import type { EventActor } from '../live/event-actor.js'
import type { Timestamp } from '../time.js'
import { countedAmount, countedRefundsOf } from './counted.js'
import { followUpOf } from './follow-up.js'
import { flagged, type CauseDraft } from './flag.js'
import type { Payment, PaymentFlag, PaymentStatus } from './payment.js'
import { roomSale, type RoomSale } from './room-sales.js'

/** The next state of a payment, and the events that lead there. When nothing changes: the same object, and no events. */
export interface Decision {
  readonly payment: Payment
  readonly events: readonly PaymentEvent[]
}

/** A change for `PaymentStore.update`. It is pure, because the store runs it again when another change came first. */
export type PaymentChange = (payment: Payment) => Decision

/** The first version of a payment: the intent. */
export function created (draft: Payment): Decision {
  const payment = { ...draft, followUp: followUpOf(draft, draft.createdAt) }
  return { payment, events: paymentEvents(null, payment, [{ type: 'payment.created' }]) }
}

/**
 * The change from `before` to `after` as the next version. `updatedAt` never moves backwards, even when the clock of a node is
 * behind.
 */
export function decided (before: Payment, after: Payment, now: Timestamp, details: readonly EventDetail[]): Decision {
  const updatedAt = now > before.updatedAt ? now : before.updatedAt
  const payment = { ...after, version: before.version + 1, updatedAt, followUp: followUpOf(after, updatedAt) }
  return { payment, events: paymentEvents(before, payment, details) }
}

/** A change that only keeps what orders later words. It is no news: it has no event, and the payment keeps the time of its last change. */
export function noted (before: Payment, after: Payment): Decision {
  return { payment: { ...after, version: before.version + 1 }, events: [] }
}

export function unchanged (payment: Payment): Decision {
  return { payment, events: [] }
}

/** A sequence of decisions from `before` on, as the one next version. */
export function asOneChange (before: Payment, { payment: last, events }: Decision): Decision {
  if (last === before) return unchanged(before)
  const payment = { ...last, version: before.version + 1 }
  return { payment, events: eventsOfOneChange(payment, events) }
}

/** Flags the payment for a cause, once for each reference and amount. A cause that a person has decided does not come back. */
export function raiseFlag (payment: Payment, flag: PaymentFlag, now: Timestamp, cause: CauseDraft = {}): Decision {
  const next = flagged(payment, flag, now, cause)
  return next === payment ? unchanged(payment) : decided(payment, next, now, [flaggedEvent(cause)])
}

/** The event of a new cause. */
export function flaggedEvent ({ amount }: CauseDraft = {}): EventDetail {
  return { type: 'payment.flagged', ...(amount == null ? {} : { amount }) }
}

/** Adds an event-bearing decision that follows from another one's payment, as a part of the same change. */
export function andThen (before: Payment, first: Decision, next: (payment: Payment) => Decision): Decision {
  const second = next(first.payment)
  return asOneChange(before, { payment: second.payment, events: [...first.events, ...second.events] })
}

export const PAYMENT_EVENT_TYPES = [
  'payment.created', 'payment.requires_action', 'payment.processing', 'payment.succeeded', 'payment.failed', 'payment.canceled',
  'payment.flagged', 'payment.flag_resolved', 'refund.requested', 'refund.succeeded', 'refund.failed', 'dispute.opened', 'dispute.won', 'dispute.lost',
  'dispute.warned', 'dispute.prevented',
] as const
export type PaymentEventType = typeof PAYMENT_EVENT_TYPES[number]

/** An event of a payment. It holds everything that statistics count, so that they need not read the payment. */
export interface PaymentEvent {
  /** Time, payment, version and index within the change. Ids are unique and sort in the order of the events. */
  readonly eventId: string
  readonly type: PaymentEventType
  readonly occurredAt: Timestamp
  readonly subjectId: string
  /** Absent where no one noted it. */
  readonly by?: EventActor
  readonly data: {
    readonly userId: string
    readonly sellerId: string | null
    readonly provider: string
    readonly currency: string
    /** Of the payment, or of the refund or dispute that the event is about, in minor units. */
    readonly amount: number
    readonly paymentAmount: number
    /** With how much the payment counted before, where that differs from `paymentAmount`. */
    readonly previousAmount?: number
    readonly status: PaymentStatus
    /**
     * The status before the change. Only the first event of a change differs from `status`, so that the events join without a
     * gap.
     */
    readonly previousStatus: PaymentStatus | null
    /** True where the payment counts in no status before, or after the change: see `isCountedByStatus`. */
    readonly wasUncounted?: true
    readonly isUncounted?: true
    /** What the change adds to the refunded amount. Only the first event of a change carries it; the others carry 0. */
    readonly refundedDelta: number
    /** How many refunds the change adds, where that is not one of `refundedDelta`. */
    readonly refundedCount?: number
    readonly createdAt: Timestamp
    readonly refundId: string | null
    /** The second charge that the dispute of the event is about, where it is not the payment's own. */
    readonly charge?: string
    /** What the change adds to the sales of the room that the payment names. Only the first event of a change carries it. */
    readonly sale?: RoomSale
  }
}

export interface EventDetail {
  readonly type: PaymentEventType
  readonly amount?: number
  readonly refundId?: string
  readonly charge?: string | null
}

/** The events of one change. `before` is null for a new payment. */
export function paymentEvents (before: Payment | null, after: Payment, details: readonly EventDetail[]): PaymentEvent[] {
  const isUncounted = !isCountedByStatus(after)
  const refunded = countedRefunds(after)
  const refundedBefore = before === null ? NO_REFUNDS : countedRefunds(before)
  const delta = refunded.amount - refundedBefore.amount
  const count = refunded.count - refundedBefore.count
  const sale = roomSale(before, after)
  return details.map(({ type, amount, refundId, charge }, index) => ({
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
      paymentAmount: countedAmount(after),
      ...(index === 0 && before !== null && countedAmount(before) !== countedAmount(after) && { previousAmount: countedAmount(before) }),
      status: after.status,
      previousStatus: index === 0 ? before?.status ?? null : after.status,
      ...((index === 0 ? before !== null && !isCountedByStatus(before) : isUncounted) && { wasUncounted: true }),
      ...(isUncounted && { isUncounted }),
      refundedDelta: index === 0 ? delta : 0,
      ...(index === 0 && count !== Math.sign(delta) && { refundedCount: count }),
      createdAt: after.createdAt,
      refundId: refundId ?? null,
      ...(charge != null && { charge }),
      ...(index === 0 && sale !== null && { sale }),
    },
  }))
}

/**
 * Whether the payment counts in its status. Another amount than that of the order is no sale until a person accepts it: the payment counts
 * as pending while it waits, and nowhere once it was given back or is disputed.
 */
export function isCountedByStatus ({ status, taken, capturedAmount }: Payment): boolean {
  return taken === null || capturedAmount > 0 || status === 'pending'
}

const NO_REFUNDS = { count: 0, amount: 0 } as const

function countedRefunds (payment: Payment): { readonly count: number, readonly amount: number } {
  const refunds = countedRefundsOf(payment)
  return { count: refunds.length, amount: refunds.reduce((sum, { amount }) => sum + amount, 0) }
}

/** The events of several changes, numbered as those of the one change that led to `after`. */
export function eventsOfOneChange (after: Payment, events: readonly PaymentEvent[]): PaymentEvent[] {
  return events.map((event, index) => ({ ...event, eventId: eventIdOf(after, index) }))
}

function eventIdOf (after: Payment, index: number): string {
  const version = String(after.version).padStart(6, '0')
  return `${after.updatedAt}#${after.paymentId}#${version}.${String(index).padStart(3, '0')}`
}

/** The version of the payment that an event led to. */
export function versionOf ({ eventId }: Pick<PaymentEvent, 'eventId'>): number {
  return Number.parseInt(eventId.slice(eventId.lastIndexOf('#') + 1), 10)
}
