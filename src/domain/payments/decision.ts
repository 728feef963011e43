import { followUpOf } from './follow-up.js'
import { flagged, type Payment, type PaymentFlag } from './payment.js'
import { eventsOfOneChange, paymentEvents, type EventDetail, type PaymentEvent } from './payment-event.js'
import type { Timestamp } from '../time.js'

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
