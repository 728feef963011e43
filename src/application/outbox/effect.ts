import type { Payment } from '#domain/payments/payment.js'
import type { OutboxEvent } from '../ports/outbox-store.js'
import type { ProjectionWrite } from '../ports/projection.js'

/**
 * What an event leads to in the read models. A new effect is one file in `effects/` with one of these, and its name in the list of `effects.ts`.
 *
 * What it writes is put down in one step with the end of the event: exactly once. Effects of different events have to commute, because
 * an event that is parked comes after its followers. An effect outside of our tables, such as a mail, can't be one of these: it would be
 * another kind, with a `deliver` that the dispatcher awaits before it removes the event, and that has to bear repeats.
 */
export interface Effect {
  readonly name: string
  /** Whether `writes` looks at the payment: it is only read where some effect wants it. */
  readonly wantsPayment: (event: OutboxEvent) => boolean
  /**
   * Pure: it may run more than once for an event. `payment` is the one that the event is about, as it stands now; null where
   * it is not wanted, or not there. What it throws parks the event after a few tries.
   */
  readonly writes: (event: OutboxEvent, payment: Payment | null) => readonly ProjectionWrite[]
}
