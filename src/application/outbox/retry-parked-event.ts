import type { OutboxEvent, OutboxStore } from '../ports/outbox-store.js'

/** Lets a parked event wait for its effect again, once a person has done something about what was wrong. @throws not_found */
export function makeRetryParkedEvent ({ outbox }: { outbox: OutboxStore }) {
  return async function retryParkedEvent (eventId: string): Promise<OutboxEvent> {
    return await outbox.unpark(eventId)
  }
}
