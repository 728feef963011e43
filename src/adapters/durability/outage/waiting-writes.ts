import { carryOver } from '#domain/payments/carry-over.js'
import { claimKeysOf } from '#domain/payments/order-claim.js'
import { isUnderstood, type Payment } from '#domain/payments/payment.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { keyOf, shownOf, type JournaledWrite } from '../writes/journaled-write.js'
import { ByOwner, WaitingConversations } from './waiting-conversations.js'

/** The writes that wait in the journal, as reads show them. */
export class WaitingWrites {
  readonly conversations = new WaitingConversations()
  readonly payments: WaitingPayments
  readonly events = new Map<string, WebhookEvent>()
  /** How many writes of each key wait. */
  readonly #counts = new Map<string, number>()

  /** @param storedOf the payment in the store's last answer */
  constructor (storedOf: StoredOf) {
    this.payments = new WaitingPayments(storedOf)
  }

  /** Whether a write of this key waits. Later writes of the key then queue behind it. */
  has (key: string): boolean {
    return this.#counts.has(key)
  }

  add (write: JournaledWrite): void {
    const key = keyOf(write)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    const { message, marker, block, payment, before, event = null } = shownOf(write)
    if (message !== undefined) this.conversations.addMessage(message)
    if (marker !== undefined) this.conversations.addMarker(marker)
    if (block !== undefined) this.conversations.addBlock(block)
    if (payment !== undefined) this.payments.put(payment, before)
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
    if (payment !== undefined) this.payments.remove(payment, isLast)
    if (event !== null) this.events.delete(event.eventKey)
  }

  #countDown (key: string): boolean {
    const count = Number(this.#counts.get(key)) - 1
    if (count > 0) this.#counts.set(key, count)
    else this.#counts.delete(key)
    return !this.#counts.has(key)
  }
}

type StoredOf = (paymentId: string) => Payment | undefined

/** What a node learnt of a payment, from one of its states to another. */
interface Step {
  readonly before: Payment
  readonly after: Payment
}

interface Waiting {
  /** As the last write left it. */
  readonly newest: Payment
  /** The waiting writes but for the one that begins the payment, in their order. */
  readonly steps: readonly Step[]
}

/** Payments with writes in the journal, each in its newest state. */
class WaitingPayments {
  readonly #storedOf: StoredOf
  readonly #payments = new Map<string, Waiting>()
  readonly #byReference = new Map<string, string>()
  readonly #ofUser = new ByOwner()
  readonly #ofOrder = new ByOwner()

  constructor (storedOf: StoredOf) {
    this.#storedOf = storedOf
  }

  put (payment: Payment, before: Payment | undefined): void {
    const { paymentId, userId, provider, providerReference } = payment
    const { steps } = this.#waiting(payment)
    this.#payments.set(paymentId, { newest: payment, steps: before === undefined ? steps : [...steps, { before, after: payment }] })
    if (providerReference !== null) this.#byReference.set(`${provider}#${providerReference}`, paymentId)
    this.#ofUser.add(userId, paymentId)
    for (const key of claimKeysOf(payment)) this.#ofOrder.add(key, paymentId)
  }

  #waiting (payment: Payment): Waiting {
    return this.#payments.get(payment.paymentId) ?? { newest: payment, steps: [] }
  }

  /** A write no longer waits. */
  remove (payment: Payment, isLast: boolean): void {
    const { paymentId, userId, provider, providerReference } = payment
    if (!isLast) {
      const { newest, steps } = this.#waiting(payment)
      this.#payments.set(paymentId, { newest, steps: steps.filter(({ after }) => after !== payment) })
      return
    }
    this.#payments.delete(paymentId)
    this.#byReference.delete(`${provider}#${providerReference}`)
    this.#ofUser.remove(userId, paymentId)
    for (const key of claimKeysOf(payment)) this.#ofOrder.remove(key, paymentId)
  }

  /**
   * The payment as the waiting writes leave it. A call that was under way before the first of them can have changed it in the store: they
   * then come on top of what the store has answered to that call.
   */
  get (paymentId: string): Payment | undefined {
    const waiting = this.#payments.get(paymentId)
    const stored = this.#storedOf(paymentId)
    const [first] = waiting?.steps ?? []
    if (waiting === undefined || stored === undefined || first === undefined || stored.version <= first.before.version) return waiting?.newest
    // What only another version knows is not moved.
    if (![stored, waiting.newest].every(isUnderstood)) return waiting.newest
    return waiting.steps.reduce((payment, { before, after }) => carryOver(payment, before, after).payment, stored)
  }

  findByReference (provider: string, providerReference: string): Payment | undefined {
    return this.get(this.#byReference.get(`${provider}#${providerReference}`) ?? '')
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
    return paymentIds.map((paymentId) => this.get(paymentId)).filter((payment) => payment !== undefined)
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
