import type { Payment } from '#domain/payments/payment.js'
import type { Timestamp } from '#domain/time.js'
import type { OutboxEvent, ProjectionWrite } from '../ports/outbox-store.js'

/** Which events count by their time. */
export interface Counting {
  /** All events of payments that were created from then on. */
  readonly since: Timestamp
  /** Of older payments, by their ids, the events after this version. */
  readonly versions: ReadonlyMap<string, number>
}

/**
 * What an event leads to in the read models. A new effect is one file in `effects/`, and its name in the list of `effects.ts`.
 *
 * Its writes are stored in one step with the end of the event, so that each takes place exactly once. Effects of different
 * events must commute, because a parked event takes effect after later ones. An effect outside of our tables, such as a mail,
 * begins as a row that an effect writes, because no transaction reaches further.
 */
export interface Effect {
  readonly name: string
  /** Whether `writes` needs the payment. It is read only if some effect needs it. */
  readonly wantsPayment: (event: OutboxEvent) => boolean
  /**
   * Pure: it may run more than once for an event. `payment` is the present state of the payment that the event is about; null
   * if it is not wanted, or does not exist. `counting` says which events count by their time; without it, none does. An error parks
   * the event after `TRIES` tries.
   */
  readonly writes: (event: OutboxEvent, payment: Payment | null, counting?: Counting | null) => readonly ProjectionWrite[]
}
