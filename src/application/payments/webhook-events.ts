import { DomainError } from '#domain/errors.js'
import { asksProvider, ignoredEvent, isReplayable, triedEvent, type WaitingEvent, type WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { WebhookEventFilter, WebhookEventStore } from '../ports/webhook-event-store.js'
import { allSettledOrThrow } from '../turns.js'
import { makeApplyWebhookEvent, type ApplyWebhookEventPorts } from './apply-webhook-event.js'

export interface ListWebhookEventsQuery extends PageRequest, WebhookEventFilter {}

/** What providers have told, newest first. */
export function makeListWebhookEvents ({ webhookEvents }: { webhookEvents: WebhookEventStore }) {
  return async function listWebhookEvents ({ state, provider, ...page }: ListWebhookEventsQuery): Promise<Page<WebhookEvent>> {
    return await webhookEvents.list({ state, provider }, page)
  }
}

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

/**
 * Applies an event that waits or is parked, now, asking the provider for what is missing. Answers the event as it is afterwards:
 * one that still can't be applied stays as it was, and one that was applied or ignored before is not applied again.
 *
 * @throws not_found
 */
export function makeReplayWebhookEvent (ports: CompleteWebhookEventsPorts) {
  const { webhookEvents } = ports
  const applyWebhookEvent = makeApplyWebhookEvent(ports)

  return async function replayWebhookEvent (eventKey: string): Promise<WebhookEvent> {
    const event = await found(eventKey)
    if (!isReplayable(event)) return event
    await applyWebhookEvent(event, { ask: true })
    return await found(eventKey)
  }

  async function found (eventKey: string): Promise<WebhookEvent> {
    const event = await webhookEvents.find(eventKey)
    if (event === null) throw new DomainError('not_found', 'there is no such webhook event')
    return event
  }
}
