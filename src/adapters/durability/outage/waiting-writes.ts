import { claimKeysOf } from '#domain/payments/order-claim.js'
import type { Payment } from '#domain/payments/payment.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { keyOf, shownOf, type JournaledWrite } from '../writes/journaled-write.js'
import { ByOwner, WaitingConversations } from './waiting-conversations.js'

/** The writes that wait in the journal, as reads show them. */
export class WaitingWrites {
  readonly conversations = new WaitingConversations()
  readonly payments = new WaitingPayments()
  readonly events = new Map<string, WebhookEvent>()
  /** How many writes of each key wait. */
  readonly #counts = new Map<string, number>()

  /** Whether a write of this key waits. Later writes of the key then queue behind it. */
  has (key: string): boolean {
    return this.#counts.has(key)
  }

  add (write: JournaledWrite): void {
    const key = keyOf(write)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    const { message, marker, block, payment, event = null } = shownOf(write)
    if (message !== undefined) this.conversations.addMessage(message)
    if (marker !== undefined) this.conversations.addMarker(marker)
    if (block !== undefined) this.conversations.addBlock(block)
    if (payment !== undefined) this.payments.put(payment)
    if (event !== null) this.events.set(event.eventKey, event)
  }

  /** The write is in the store, or in quarantine. */
  remove (write: JournaledWrite): void {
    const isLast = this.#countDown(keyOf(write))
    const { message, marker, block, payment, event = null } = shownOf(write)
    if (message !== undefined) this.conversations.removeMessage(message)
    if (marker !== undefined) this.conversations.removeMarker(marker)
    if (block !== undefined) this.conversations.removeBlock(block)
    // The journal has the newest state of the payment until its last write is carried out.
    if (payment !== undefined && isLast) this.payments.remove(payment)
    if (event !== null) this.events.delete(event.eventKey)
  }

  #countDown (key: string): boolean {
    const count = Number(this.#counts.get(key)) - 1
    if (count > 0) this.#counts.set(key, count)
    else this.#counts.delete(key)
    return !this.#counts.has(key)
  }
}

/** Payments with writes in the journal, each in its newest state there. */
class WaitingPayments {
  readonly #payments = new Map<string, Payment>()
  readonly #byReference = new Map<string, string>()
  readonly #ofUser = new ByOwner()
  readonly #ofOrder = new ByOwner()

  put (payment: Payment): void {
    const { paymentId, userId, provider, providerReference } = payment
    this.#payments.set(paymentId, payment)
    if (providerReference !== null) this.#byReference.set(`${provider}#${providerReference}`, paymentId)
    this.#ofUser.add(userId, paymentId)
    for (const key of claimKeysOf(payment)) this.#ofOrder.add(key, paymentId)
  }

  remove (payment: Payment): void {
    const { paymentId, userId, provider, providerReference } = payment
    this.#payments.delete(paymentId)
    this.#byReference.delete(`${provider}#${providerReference}`)
    this.#ofUser.remove(userId, paymentId)
    for (const key of claimKeysOf(payment)) this.#ofOrder.remove(key, paymentId)
  }

  get (paymentId: string): Payment | undefined {
    return this.#payments.get(paymentId)
  }

  findByReference (provider: string, providerReference: string): Payment | undefined {
    return this.#payments.get(this.#byReference.get(`${provider}#${providerReference}`) ?? '')
  }

  /** In no order. */
  ofUser (userId: string): Payment[] {
    return this.#present(this.#ofUser.of(userId))
  }

  /** Those that claim an order by this key, oldest first. */
  ofOrder (key: string): Payment[] {
    return this.#present(this.#ofOrder.of(key))
  }

  #present (paymentIds: readonly string[]): Payment[] {
    return paymentIds.map((paymentId) => this.#payments.get(paymentId)).filter((payment) => payment !== undefined)
  }
}

/** How rows of a list are told apart and ordered. */
export interface Listed<T> {
  readonly idOf: (item: T) => string
  readonly keyOf: (item: T) => string
}

/**
 * A page of the store's list with waiting rows merged into it, newest first. Of a row in both, the waiting version is shown.
 * The store's list is unknown beyond its page, so no row behind the end of that page is shown.
 */
export function mergedPage<T> (theirs: Page<T>, waiting: readonly T[], { limit }: PageRequest, { idOf, keyOf }: Listed<T>): Page<T> {
  if (waiting.length === 0) return theirs
  const end = theirs.nextKey
  const byId = new Map([...theirs.items, ...waiting].map((item) => [idOf(item), item]))
  const items = [...byId.values()].filter((item) => end === null || keyOf(item) >= end).sort((one, other) => keyOf(one) < keyOf(other) ? 1 : -1)
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown, nextKey: last !== undefined && (items.length > limit || end !== null) ? keyOf(last) : null }
}
