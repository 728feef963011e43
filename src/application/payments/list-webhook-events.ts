import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { WebhookEventFilter, WebhookEventStore } from '../ports/webhook-event-store.js'

export interface ListWebhookEventsQuery extends PageRequest, WebhookEventFilter {}

/** What providers have told, newest first. */
export function makeListWebhookEvents ({ webhookEvents }: { webhookEvents: WebhookEventStore }) {
  return async function listWebhookEvents ({ state, provider, ...page }: ListWebhookEventsQuery): Promise<Page<WebhookEvent>> {
    return await webhookEvents.list({ state, provider }, page)
  }
}
