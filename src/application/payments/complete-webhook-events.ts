import { asksProvider, ignoredEvent, triedEvent, type WaitingEvent } from '#domain/payments/webhook-event.js'
import type { WebhookEventStore } from '../ports/webhook-event-store.js'
import { makeApplyWebhookEvent, type ApplyWebhookEventPorts } from './apply-webhook-event.js'
import { allSettledOrThrow } from '../settled.js'

/** Events that are tried in one piece of the work, all at once. */
const EVENTS_AT_ONCE = 16

export interface CompleteWebhookEventsPorts extends ApplyWebhookEventPorts {
  readonly webhookEvents: WebhookEventStore
}

/**
 * Tries events again that are due: a bounded piece of the work. What only overtook another event is applied now; for the others
 * the provider is asked for the truth, and what can't be applied even so is parked for a person. Answers whether there may be more at once.
 *
 * @throws store_unavailable; one event that fails does not keep the others from being tried
 */
export function makeCompleteWebhookEvents (ports: CompleteWebhookEventsPorts) {
  const { webhookEvents, clock } = ports
  const applyWebhookEvent = makeApplyWebhookEvent(ports)

  return async function completeWebhookEvents (): Promise<boolean> {
    const due = await webhookEvents.due(clock(), EVENTS_AT_ONCE)
    await allSettledOrThrow(due.map(tryAgain))
    return due.length === EVENTS_AT_ONCE
  }

  async function tryAgain (event: WaitingEvent): Promise<void> {
    const effect = await applyWebhookEvent(event, { ask: asksProvider(event) })
    if (effect === 'applied' || effect === 'duplicate') return
    await webhookEvents.replace(event, effect === 'ignored' ? ignoredEvent(event) : triedEvent(event, effect, clock()))
  }
}
