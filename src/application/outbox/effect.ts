import type { Payment } from '../../domain/payment.js'
import type { OutboxEvent } from '../ports/outbox-store.js'
import type { ProjectionWrite } from '../ports/projection.js'

/** What an event leads to in the read models. A new effect is one file with one of these, and its name in the list of effects. */
export interface Effect {
  readonly name: string
  /** Pure: it may run more than once for an event. `payment` is the one that the event is about, as it stands now; null for other events. */
  readonly writes: (event: OutboxEvent, payment: Payment | null) => readonly ProjectionWrite[]
}
