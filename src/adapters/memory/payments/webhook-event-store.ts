import { createdKey, type Timestamp } from '#domain/time.js'
import { comesFrom, isWaiting, type WaitingEvent, type WebhookEvent, type WebhookEventState } from '#domain/payments/webhook-event.js'
import type { Insertion } from '#application/ports/insertion.js'
import { FilteredPage, type Page, type PageRequest } from '#application/ports/page.js'
import type { WebhookEventFilter, WebhookEventStore } from '#application/ports/webhook-event-store.js'
import { EVERYBODY, RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryWebhookEventStore implements WebhookEventStore {
  readonly #events = new Table<WebhookEvent>()
  readonly #all = new RowIndex<WebhookEvent>()
  readonly #byState = new RowIndex<WebhookEvent>()
  readonly #byPayment = new RowIndex<WebhookEvent>()
  readonly #byDueAt = new RowIndex<WebhookEvent>()

  async insert (event: WebhookEvent): Promise<Insertion<WebhookEvent>> {
    const taken = this.#events.get(event.eventKey)
    return taken === undefined ? { inserted: true, stored: this.put(event) } : { inserted: false, stored: taken }
  }

  async find (eventKey: string): Promise<WebhookEvent | null> {
    return this.#events.get(eventKey) ?? null
  }

  async due (now: Timestamp, limit: number): Promise<readonly WaitingEvent[]> {
    return this.#byDueAt.due(EVERYBODY, now, limit).filter(isWaiting)
  }

  async replace (before: WaitingEvent, after: WebhookEvent): Promise<boolean> {
    const stored = this.#events.get(before.eventKey)
    if (stored?.state !== before.state || stored.dueAt !== before.dueAt) return false
    this.put(after)
    return true
  }

  async list ({ state, paymentId = null, ...origin }: WebhookEventFilter, page: PageRequest): Promise<Page<WebhookEvent>> {
    const found = new FilteredPage<WebhookEvent>(page, (event) => (state === null || event.state === state) && comesFrom(event, origin))
    for (const [key, { stored }] of this.#candidates(state, paymentId, page.before)) {
      if (!found.examine(key, stored)) return found.unfinished()
    }
    return found.upTo(null)
  }

  async countParked (max: number): Promise<number> {
    return this.#byState.count('parked', max)
  }

  #candidates (state: WebhookEventState | null, paymentId: string | null, before: string | null) {
    if (paymentId !== null) return this.#byPayment.descending(paymentId, before)
    return state === null ? this.#all.descending(EVERYBODY, before) : this.#byState.descending(state, before)
  }

  /** For the payment store: whether the event is out of the way. One that waits or is parked is not; one in a state of another version is. */
  isApplied (eventKey: string): boolean {
    const event = this.#events.get(eventKey)
    return event !== undefined && event.state !== 'received' && event.state !== 'parked'
  }

  /** For the payment store: stores the event beside the change it made, with what another version has stored of it. */
  put (event: WebhookEvent): WebhookEvent {
    const { eventKey } = event
    const before = this.#events.get(eventKey)
    if (before !== undefined) {
      this.#all.remove(EVERYBODY, receivedKey(before))
      this.#byState.remove(before.state, receivedKey(before))
      if (before.paymentId !== null) this.#byPayment.remove(before.paymentId, receivedKey(before))
      if (isWaiting(before)) this.#byDueAt.remove(EVERYBODY, dueKey(before))
    }
    const row = this.#events.put(eventKey, { ...before, ...event })
    this.#all.add(EVERYBODY, receivedKey(event), row)
    this.#byState.add(event.state, receivedKey(event), row)
    if (event.paymentId !== null) this.#byPayment.add(event.paymentId, receivedKey(event), row)
    if (isWaiting(event)) this.#byDueAt.add(EVERYBODY, dueKey(event), row)
    return row.stored
  }
}

function receivedKey ({ receivedAt, eventKey }: WebhookEvent): string {
  return createdKey(receivedAt, eventKey)
}

function dueKey ({ dueAt, eventKey }: WaitingEvent): string {
  return createdKey(dueAt, eventKey)
}
