import type { Decision, PaymentChange } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import { keyRange, matchesFilter, type PaymentFilter } from '#domain/payments/payment-filter.js'
import { claimKeysOf, replacedBy } from '#domain/payments/order-claim.js'
import type { Payment, PaymentStatus } from '#domain/payments/payment.js'
import { createdKey, type Timestamp } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import { FilteredPage, type Page, type PageRequest } from '#application/ports/page.js'
import type { InsertOptions, PaymentStore, Update, UpdateOptions } from '#application/ports/payment-store.js'
import { EVERYBODY, RowIndex } from '../engine/indexes.js'
import { getOrInsert, Table, type Row } from '../engine/table.js'
import type { MemoryOutboxStore } from '../outbox/outbox-store.js'
import type { MemoryWebhookEventStore } from './webhook-event-store.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryPaymentStore implements PaymentStore {
  readonly #payments = new Table<Payment>()
  readonly #all = new RowIndex<Payment>()
  readonly #byUser = new RowIndex<Payment>()
  readonly #byUserStatus = new RowIndex<Payment>()
  readonly #byDueAt = new RowIndex<Payment>()
  /** By provider, then by its reference: one text of both would be one more for each payment. */
  readonly #byReference = new Map<string, Map<string, Row<Payment>>>()
  /** By the key of a claim, the id of the payment that holds it. */
  readonly #claims = new Map<string, string>()
  readonly #webhookEvents: MemoryWebhookEventStore
  readonly #outbox: MemoryOutboxStore

  constructor (webhookEvents: MemoryWebhookEventStore, outbox: MemoryOutboxStore) {
    this.#webhookEvents = webhookEvents
    this.#outbox = outbox
  }

  async insert (decision: Decision, options: InsertOptions = {}): Promise<Insertion<Payment>> {
    const { paymentId } = decision.payment
    const { isAnother = false } = options
    if (this.#payments.get(paymentId) !== undefined) return this.add(decision)
    const keys = claimKeysOf(decision.payment)
    const replaced = replacedBy(options)
    const held = keys.map((key) => this.#claims.get(key)).find((holder) => holder !== undefined && !replaced.includes(holder))
    const holder = isAnother ? undefined : this.#payments.get(held ?? paymentId)
    if (holder !== undefined) return { inserted: false, stored: holder }
    for (const key of keys) if (!isAnother || !this.#claims.has(key)) this.#claims.set(key, paymentId)
    return this.add(decision)
  }

  /** Stores a payment without a claim on its order. For the streamer store too, within its own step. */
  add ({ payment, events }: Decision): Insertion<Payment> {
    const taken = this.#payments.get(payment.paymentId)
    if (taken !== undefined) return { inserted: taken.lease.owner === payment.lease.owner, stored: taken }
    const { userId, createdAt, paymentId } = payment
    const key = createdKey(createdAt, paymentId)
    const row = this.#put(payment, null, events, key)
    this.#all.add(EVERYBODY, key, row)
    this.#byUser.add(userId, key, row)
    return { inserted: true, stored: row.stored }
  }

  async find (paymentId: string): Promise<Payment | null> {
    return this.#payments.get(paymentId) ?? null
  }

  /** For the shipment store, within its own step: the payment as a change leaves it. @throws not_found */
  changed (paymentId: string, change: PaymentChange): { readonly before: Payment, readonly decision: Decision } {
    const before = this.#payments.get(paymentId)
    if (before === undefined) throw new DomainError('not_found', 'there is no such payment')
    return { before, decision: change(before) }
  }

  /** The same: stores what `changed` has answered. */
  store ({ before, decision: { payment, events } }: ReturnType<MemoryPaymentStore['changed']>): void {
    if (payment !== before) this.#put(payment, before, events)
  }

  async findMany (paymentIds: readonly string[]): Promise<readonly Payment[]> {
    const payments = [...new Set(paymentIds)].map((paymentId) => this.#payments.get(paymentId)).filter((payment) => payment !== undefined)
    lookAhead(payments)
    return payments
  }

  async findByReference (provider: string, providerReference: string): Promise<Payment | null> {
    return this.#byReference.get(provider)?.get(providerReference)?.stored ?? null
  }

  async due (now: Timestamp, limit: number): Promise<readonly Payment[]> {
    return this.#byDueAt.due(EVERYBODY, now, limit)
  }

  async update (paymentId: string, change: PaymentChange, { webhookEvent }: UpdateOptions = {}): Promise<Update> {
    const before = this.#payments.get(paymentId)
    if (before === undefined) throw new DomainError('not_found', 'there is no such payment')
    if (webhookEvent !== undefined && this.#webhookEvents.isApplied(webhookEvent.eventKey)) {
      return { payment: before, events: [], duplicate: true }
    }
    const { payment, events } = change(before)
    if (webhookEvent !== undefined) this.#webhookEvents.put(webhookEvent)
    return { payment: payment === before ? before : this.#put(payment, before, events).stored, events, duplicate: false }
  }

  async listOfUser (userId: string, status: PaymentStatus | null, page: PageRequest): Promise<Page<Payment>> {
    return ahead(status === null ? this.#byUser.page(userId, page) : this.#byUserStatus.page(userStatus(userId, status), page))
  }

  async list (filter: PaymentFilter, page: PageRequest): Promise<Page<Payment>> {
    const { low, high } = keyRange(filter, page.before)
    const found = new FilteredPage<Payment>(page, (payment) => matchesFilter(payment, filter))
    for (const [key, { stored }] of this.#candidates(filter, high)) {
      if (low !== null && key < low) break
      if (!found.examine(key, stored)) return ahead(found.unfinished())
    }
    return ahead(found.upTo(null))
  }

  /** From the index that holds the fewest beside those that match. */
  #candidates ({ userId, status }: PaymentFilter, high: string | null): ReturnType<RowIndex<Payment>['descending']> {
    if (userId === null) return this.#all.descending(EVERYBODY, high)
    return status === null ? this.#byUser.descending(userId, high) : this.#byUserStatus.descending(userStatus(userId, status), high)
  }

  #put (payment: Payment, before: Payment | null, events: Decision['events'], key = createdKey(payment.createdAt, payment.paymentId)): Row<Payment> {
    const { paymentId, userId, provider, providerReference } = payment
    const row = this.#payments.put(paymentId, payment)
    if (before !== null) this.#byUserStatus.remove(userStatus(userId, before.status), key)
    this.#byUserStatus.add(userStatus(userId, payment.status), key, row)
    if (before !== null && before.followUp !== null) this.#byDueAt.remove(EVERYBODY, createdKey(before.followUp.dueAt, paymentId))
    if (payment.followUp !== null) this.#byDueAt.add(EVERYBODY, createdKey(payment.followUp.dueAt, paymentId), row)
    if (providerReference !== null) getOrInsert(this.#byReference, provider, () => new Map<string, Row<Payment>>()).set(providerReference, row)
    this.#outbox.add(events)
    return row
  }
}

function userStatus (userId: string, status: PaymentStatus): string {
  return `${userId}#${status}`
}

function ahead (page: Page<Payment>): Page<Payment> {
  lookAhead(page.items)
  return page
}

/**
 * Reads a little of every payment of a page beforehand. In a large store they lie far apart, and a processor that works on one after the
 * other waits for memory at each of their texts. In a short loop it fetches them side by side. The sum has no meaning: it only keeps
 * the compiler from leaving the reads out.
 */
function lookAhead (payments: readonly Payment[]): number {
  let seen = 0
  for (const { paymentId, orderId, userId, sellerId, providerReference, description, buyerEmail, createdAt, updatedAt } of payments) {
    seen += end(paymentId) + end(orderId) + end(userId) + end(sellerId) + end(providerReference) + end(description) + end(buyerEmail) +
      end(createdAt) + end(updatedAt)
  }
  return seen
}

function end (text: string | null): number {
  return text === null ? 0 : text.charCodeAt(text.length - 1)
}
