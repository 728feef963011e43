import type { WebhookEvent } from '../../domain/webhook-event.js'
import type { Insertion } from './insertion.js'

/** What providers have told. Rows live at least 30 days, longer than any provider repeats itself. */
export interface WebhookEventStore {
  /** Stores an event that is not applied to a payment now. @throws store_unavailable */
  insert: (event: WebhookEvent) => Promise<Insertion<WebhookEvent>>

  find: (eventKey: string) => Promise<WebhookEvent | null>
}
