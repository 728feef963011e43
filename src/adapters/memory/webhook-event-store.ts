import type { WebhookEvent } from '../../domain/webhook-event.js'
import type { Insertion } from '../../application/ports/insertion.js'
import type { WebhookEventStore } from '../../application/ports/webhook-event-store.js'
import { Table } from './table.js'

export class MemoryWebhookEventStore implements WebhookEventStore {
  readonly #events = new Table<WebhookEvent>()

  async insert (event: WebhookEvent): Promise<Insertion<WebhookEvent>> {
    const taken = this.#events.get(event.eventKey)
    return taken === undefined ? { inserted: true, stored: this.put(event) } : { inserted: false, stored: taken }
  }

  async find (eventKey: string): Promise<WebhookEvent | null> {
    return this.#events.get(eventKey) ?? null
  }

  /** For the payment store: whether the event has taken its effect. One that only waits has not. */
  isApplied (eventKey: string): boolean {
    const event = this.#events.get(eventKey)
    return event !== undefined && event.state !== 'received'
  }

  /** For the payment store: puts down the event beside the change it made. */
  put (event: WebhookEvent): WebhookEvent {
    return this.#events.put(event.eventKey, event)
  }
}
