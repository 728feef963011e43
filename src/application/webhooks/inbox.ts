import { DomainError } from '#domain/errors.js'
import { waitingEvent, type WaitReason, type WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Identity } from '../ports/system.js'
import type { WebhookEventStore } from '../ports/webhook-event-store.js'

const EVENT_ID = /^[\x21-\x7e]{1,90}$/

/**
 * `applied` now, `duplicate` of an event that was applied before, `ignored` because it concerns nothing of ours, or why it has
 * to wait.
 */
export type WebhookEffect = 'applied' | 'duplicate' | 'ignored' | WaitReason

/** `applied` now, `duplicate` of an earlier delivery, `received` and waiting, or `ignored` because it concerns nothing of ours. */
export type WebhookResult = 'applied' | 'duplicate' | 'received' | 'ignored'

export interface InboxPorts {
  readonly webhookEvents: WebhookEventStore
  readonly identity: Identity
}

/** An event that concerns nothing of ours, until it is applied or waits. */
export type NewEvent = WebhookEvent & { readonly state: 'ignored' }

/** Takes verified deliveries. Each is stored before it is acknowledged: in one step with the change that it leads to, or to be applied later. */
export function makeInbox ({ webhookEvents, identity }: InboxPorts) {
  /** @param unreadable why the event waits when what it is about cannot be read */
  async function receive (event: NewEvent, apply: (event: WebhookEvent) => Promise<WebhookEffect>, unreadable: WaitReason): Promise<WebhookResult> {
    const effect = await apply(event).catch((error: unknown) => {
      nullInOutage(error)
      return unreadable
    })
    if (effect === 'applied' || effect === 'duplicate') return effect
    const kept = effect === 'ignored' ? event : waitingEvent(event, effect, event.receivedAt)
    const { inserted } = await webhookEvents.insert(kept)
    return inserted ? kept.state : 'duplicate'
  }

  /** A key of bounded length and ordinary characters, even for an event id that has neither. */
  function eventKeyOf (sender: string, eventId: string): string {
    return `${sender}#${EVENT_ID.test(eventId) ? eventId : `digest:${identity.fingerprint(eventId)}`}`
  }

  /** Whether the event is stored. While the store is away, it counts as new. */
  async function isKnown (eventKey: string): Promise<boolean> {
    return await webhookEvents.find(eventKey).catch(nullInOutage) !== null
  }

  return { receive, eventKeyOf, isKnown }
}

function nullInOutage (error: unknown): null {
  if (error instanceof DomainError && error.code === 'store_unavailable') return null
  throw error
}
