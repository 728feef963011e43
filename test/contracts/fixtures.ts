import type { Test } from 'tap'
import { created, decided, type Decision, type PaymentChange } from '#domain/payments/decision.js'
import { newMessage, type Message } from '#domain/messages/message.js'
import type { StoredPreferences } from '#domain/notifications/notification-preferences.js'
import type { PaymentFilter } from '#domain/payments/payment-filter.js'
import type { Payment } from '#domain/payments/payment.js'
import { newPayment, type PaymentDraft } from '#domain/payments/new-payment.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import { OUTBOX_SHARDS, type OutboxEvent, type OutboxStore } from '#application/ports/outbox-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { OpenStores } from '#application/ports/stores.js'

/** Stores that hold nothing yet. */
export type MakePersistence = () => Promise<OpenStores & Quick>

interface Quick {
  /** Stores many payments without their events, where a store would take long for one after another. */
  readonly fill?: (decisions: readonly Decision[]) => Promise<void>
  /** Stores preferences as another version has them, past the store where it would complete them. */
  readonly putPreferences?: (userId: string, stored: StoredPreferences) => Promise<void>
}

/** Stores for one test, closed at its end. */
export async function open (t: Test, makePersistence: MakePersistence): Promise<OpenStores & Quick> {
  const persistence = await makePersistence()
  t.teardown(async () => await persistence.close())
  return persistence
}

/** A moment so many seconds after the beginning of the test's time, which lies ahead: a server deletes rows that have expired. */
export function at (seconds: number): Timestamp {
  return laterBy('2126-03-01T10:00:00.000Z', seconds * 1000)
}

export type MessageFields = Partial<Message>

/** A message from ayse to mehmet, unless told otherwise. */
export function message (messageId: string, fields: MessageFields = {}): Message {
  const { senderId = 'ayse', receiverId = 'mehmet', message: text = `text of ${messageId}`, type = 'text', metadata = {}, createdAt = at(0) } = fields
  return newMessage({ senderId, receiverId, message: text, type, metadata }, messageId, `fingerprint of ${messageId}`, createdAt)
}

/** The same the other way round. */
export function reply (messageId: string, fields: MessageFields = {}): Message {
  return message(messageId, { senderId: 'mehmet', receiverId: 'ayse', ...fields })
}

export interface PaymentFields extends Partial<PaymentDraft> {
  readonly owner?: string
  readonly createdAt?: Timestamp
}

/** A new payment of ayse for 100, with its event. */
export function payment (paymentId: string, { owner = 'owner', createdAt = at(0), ...draft }: PaymentFields = {}): Decision {
  return created(newPayment({
    orderId: `order of ${paymentId}`,
    userId: 'ayse',
    sellerId: 'mehmet',
    amount: 100,
    currency: 'TRY',
    provider: 'simulator',
    description: null,
    items: [],
    metadata: {},
    returnUrl: null,
    buyerEmail: null,
    shippingAddress: null,
    ...draft,
  }, { paymentId, fingerprint: `fingerprint of ${paymentId}`, owner, until: laterBy(createdAt, 60_000), now: createdAt }))
}

/** A filter that wants nothing but this. */
export function anyPayment (fields: Partial<PaymentFilter> = {}): PaymentFilter {
  return { status: null, provider: null, userId: null, sellerId: null, flag: null, from: null, to: null, ...fields }
}

/** A change that adds to the description, and tells so: the same change from two callers has to take effect twice. */
export function noted (word: string): PaymentChange {
  return (before: Payment) => decided(before, { ...before, description: `${before.description ?? ''}${word}` }, at(1), [{ type: 'payment.processing' }])
}

export function webhookEvent (eventKey: string, fields: Partial<WebhookEvent> = {}): WebhookEvent {
  return {
    eventKey,
    provider: 'simulator',
    type: 'payment.succeeded',
    state: 'received',
    reason: null,
    tries: 0,
    paymentId: 'pay_1',
    providerReference: 'ref_1',
    fact: { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' },
    digest: 'digest',
    receivedAt: at(0),
    dueAt: at(60),
    ...fields,
  }
}

export async function eventsOf (outbox: OutboxStore): Promise<OutboxEvent[]> {
  const shards = Array.from({ length: OUTBOX_SHARDS }, async (_, shard) => await outbox.read(shard, 1000))
  return (await Promise.all(shards)).flat()
}

/** Walks through a list from its beginning to its end. */
export async function pages<T> (list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<Array<readonly T[]>> {
  const found: Array<readonly T[]> = []
  let before: string | null = null
  do {
    const page: Page<T> = await list({ before, limit })
    found.push(page.items)
    before = page.nextKey
  } while (before !== null)
  return found
}

/** How many pages a list of so many items has: no empty one at the end, unless it is all there is. */
export function pageCount (items: number, limit: number): number {
  return Math.max(1, Math.ceil(items / limit))
}

export async function times<T> (count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  return await Promise.all(Array.from({ length: count }, async (_, index) => await run(index)))
}

/** Tries to change all that hangs on a value; one that is frozen refuses. */
export function spoil (value: object): void {
  for (const [name, inner] of Object.entries(value) as Array<[string, unknown]>) {
    if (typeof inner === 'object' && inner !== null) spoil(inner)
    Reflect.set(value, name, 'spoilt')
  }
}
