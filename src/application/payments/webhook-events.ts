import { DomainError } from '#domain/errors.js'
import { asksProvider, ignoredEvent, isReplayable, triedEvent, type WaitingEvent, type WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { WebhookEventFilter, WebhookEventStore } from '../ports/webhook-event-store.js'
import { allSettledOrThrow } from '../turns.js'
import type { ApplyShipmentEvent } from '../shipping/apply-shipment-event.js'
import type { WebhookEffect } from '../webhooks/inbox.js'
import { makeApplyWebhookEvent, type ApplyWebhookEventPorts } from './apply-webhook-event.js'

export interface ListWebhookEventsQuery extends PageRequest, WebhookEventFilter {}

/** The events of providers, newest first. */
export function makeListWebhookEvents ({ webhookEvents }: { webhookEvents: WebhookEventStore }) {
  return async function listWebhookEvents ({ state, provider, subject = null, paymentId = null, ...page }: ListWebhookEventsQuery): Promise<Page<WebhookEvent>> {
    return await webhookEvents.list({ state, provider, subject, paymentId }, page)
  }
}

/** Events that one run of the job tries, all concurrently. */
const EVENTS_AT_ONCE = 16

interface ApplyEventPorts extends ApplyWebhookEventPorts {
  /** Absent from a service that ships nothing. */
  readonly applyShipmentEvent?: ApplyShipmentEvent
}

export interface CompleteWebhookEventsPorts extends ApplyEventPorts {
  readonly webhookEvents: WebhookEventStore
}

/** Applies an event to what it is about. One about what only another version knows waits for that version. */
function makeApplyEvent (ports: ApplyEventPorts) {
  const { applyShipmentEvent = unknownSubject } = ports
  const applyPaymentEvent = makeApplyWebhookEvent(ports)
  return async (event: WebhookEvent, options: { readonly ask: boolean }): Promise<WebhookEffect> => {
    switch (event.subject) {
      case undefined: return await applyPaymentEvent(event, options)
      case 'shipment': return await applyShipmentEvent(event, options)
      default: return await unknownSubject()
    }
  }
}

async function unknownSubject (): Promise<WebhookEffect> {
  return 'subject_unreadable'
}

/**
 * One run of the job: tries due events again, a bounded number. Returns whether more may be due. An event that merely overtook
 * another one is applied; for the others the provider is asked, and an event that cannot be applied on its last try is parked.
 * An event that fails does not stop the others.
 *
 * @throws the first error, once all events are done
 */
export function makeCompleteWebhookEvents (ports: CompleteWebhookEventsPorts) {
  const { webhookEvents, clock } = ports
  const applyEvent = makeApplyEvent(ports)

  return async function completeWebhookEvents (): Promise<boolean> {
    const due = await webhookEvents.due(clock(), EVENTS_AT_ONCE)
    await allSettledOrThrow(due.map(tryAgain))
    return due.length === EVENTS_AT_ONCE
  }

  async function tryAgain (event: WaitingEvent): Promise<void> {
    const effect = await applyEvent(event, { ask: asksProvider(event) })
    if (effect === 'applied' || effect === 'duplicate') return
    await webhookEvents.replace(event, effect === 'ignored' ? ignoredEvent(event) : triedEvent(event, effect, clock()))
  }
}

/**
 * Applies a waiting or parked event now, asking the provider for missing facts, and returns the event afterwards. An event that
 * still cannot be applied stays as it was. An applied or ignored one is not applied again.
 *
 * @throws not_found
 */
export function makeReplayWebhookEvent (ports: CompleteWebhookEventsPorts) {
  const { webhookEvents } = ports
  const applyEvent = makeApplyEvent(ports)

  return async function replayWebhookEvent (eventKey: string): Promise<WebhookEvent> {
    const event = await found(eventKey)
    if (!isReplayable(event)) return event
    await applyEvent(event, { ask: true })
    return await found(eventKey)
  }

  async function found (eventKey: string): Promise<WebhookEvent> {
    const event = await webhookEvents.find(eventKey)
    if (event === null) throw new DomainError('not_found', 'there is no such webhook event')
    return event
  }
}
