import type { Timestamp } from '#domain/time.js'
import type { OriginFilter, WaitingEvent, WebhookEvent, WebhookEventState } from '#domain/payments/webhook-event.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'

/** The events of a list. Null admits any. */
export interface WebhookEventFilter extends OriginFilter {
  readonly state: WebhookEventState | null
  /** The events that name this payment; one that is not given admits any. A store may have to be back-filled before it finds those of earlier versions. */
  readonly paymentId?: string | null
}

/**
 * Events of providers. A store keeps them for at least 30 days, longer than any provider repeats a delivery.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface WebhookEventStore {
  /** Stores an event that waits or is ignored. `PaymentStore.update` stores applied events. */
  insert: (event: WebhookEvent) => Promise<Insertion<WebhookEvent>>

  find: (eventKey: string) => Promise<WebhookEvent | null>

  /** Events whose next try is due, longest due first. */
  due: (now: Timestamp, limit: number) => Promise<readonly WaitingEvent[]>

  /** Stores `after` if the stored event is `before`. False if it has changed since; nothing was written then. */
  replace: (before: WaitingEvent, after: WebhookEvent) => Promise<boolean>

  /**
   * Newest first. A request examines at most `EXAMINED_MAX` events: a page may hold few or none while `nextKey` continues the
   * list.
   */
  list: (filter: WebhookEventFilter, page: PageRequest) => Promise<Page<WebhookEvent>>

  /** The number of parked events, up to `max`. */
  countParked: (max: number) => Promise<number>
}
