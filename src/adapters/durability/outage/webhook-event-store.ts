import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { WebhookEventStore } from '#application/ports/webhook-event-store.js'
import type { Fallback } from './outage.js'
import { guarded } from './guarded.js'
import { webhookKey } from '../journaled-write.js'

/** What providers tell is taken in whatever happens: not all of them tell it again. */
export function fallbackWebhookEventStore (fallback: Fallback, store: WebhookEventStore): WebhookEventStore {
  const { events } = fallback.overlay
  return guarded(fallback, store, {
    insert: async (event): Promise<Insertion<WebhookEvent>> =>
      await fallback.write(webhookKey(event.eventKey), async () => await store.insert(event), async () => {
        const taken = events.get(event.eventKey)
        if (taken !== undefined) return { inserted: false, stored: taken }
        await fallback.record({ kind: 'webhook', event })
        return { inserted: true, stored: event }
      }),
    find: async (eventKey) => events.get(eventKey) ?? await fallback.only(async () => await store.find(eventKey)),
  })
}
