import type { Timestamp } from '#domain/time.js'
import type { WaitingEvent, WebhookEvent, WebhookEventState } from '#domain/payments/webhook-event.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'

/** Which events a list is about. Null admits any. */
export interface WebhookEventFilter {
  readonly state: WebhookEventState | null
  readonly provider: string | null
}

/**
 * What providers have told. Rows live at least 30 days, longer than any provider repeats itself.
 * Every method may throw `store_unavailable`: whether a write took place is then unknown, and the same call may be made again.
 */
export interface WebhookEventStore {
  /** Stores an event that is not applied to a payment now. */
  insert: (event: WebhookEvent) => Promise<Insertion<WebhookEvent>>

  find: (eventKey: string) => Promise<WebhookEvent | null>

  /** Events that are due by `now`, those that have been due for longest first. One that became due a moment ago may be missing. */
  due: (now: Timestamp, limit: number) => Promise<readonly WaitingEvent[]>

  /** Puts `after` in the place of `before`. False where that does not stand there any more: somebody else has moved it, and it stays as it is. */
  replace: (before: WaitingEvent, after: WebhookEvent) => Promise<boolean>

  /** Newest first. A page is full unless the work of one request is used up before (1,000 rows): `nextKey` then carries on where it stopped. */
  list: (filter: WebhookEventFilter, page: PageRequest) => Promise<Page<WebhookEvent>>
}
