import { DomainError } from '#domain/errors.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import { makeApplyWebhookEvent } from './apply-webhook-event.js'
import type { CompleteWebhookEventsPorts } from './complete-webhook-events.js'

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
    if (event.state !== 'received' && event.state !== 'parked') return event
    await applyWebhookEvent(event, { ask: true })
    return await found(eventKey)
  }

  async function found (eventKey: string): Promise<WebhookEvent> {
    const event = await webhookEvents.find(eventKey)
    if (event === null) throw new DomainError('not_found', 'there is no such webhook event')
    return event
  }
}
