import { created, type Decision } from './decision.js'
import { eventsOfOneChange } from './payment-event.js'
import { newPayment, type Payment, type PaymentDraft, type PaymentIntent } from './payment.js'
import { settle } from './settlement.js'

/** The provider of money that reached us on another way: nobody can be asked about it, and nobody gives it back. */
const MANUAL = 'manual'

/**
 * A payment that an administrator has put down: made and taken in one change, and no lease is left open.
 *
 * @throws what `newPayment` throws
 */
export function manualPayment (draft: Omit<PaymentDraft, 'provider'>, { now, ...intent }: Omit<PaymentIntent, 'until'>): Decision {
  const { payment: pending, events: made } = created(newPayment({ ...draft, provider: MANUAL }, { ...intent, until: now, now }))
  const { amount, currency, orderId, version, lease } = pending
  const { payment: taken, events } = settle(pending, { kind: 'succeeded', reference: orderId, amount, currency }, now)
  const payment = { ...taken, version, lease: { ...lease, until: null } }
  return { payment, events: eventsOfOneChange(payment, [...made, ...events]) }
}

export function isManual ({ provider }: Payment): boolean {
  return provider === MANUAL
}
