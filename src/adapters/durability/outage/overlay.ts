import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import { keyOf, type JournaledWrite } from '../journaled-write.js'
import { PendingConversations } from './pending-conversations.js'
import { PendingPayments } from './pending-payments.js'

/** What lies in the journal, as it is to be read meanwhile. */
export class Overlay {
  readonly conversations = new PendingConversations()
  readonly payments = new PendingPayments()
  readonly events = new Map<string, WebhookEvent>()
  /** How many writes of each key there are. */
  readonly #counts = new Map<string, number>()

  /** Whether a write of this key waits: others have to queue behind it. */
  has (key: string): boolean {
    return this.#counts.has(key)
  }

  add (write: JournaledWrite): void {
    this.#counts.set(keyOf(write), (this.#counts.get(keyOf(write)) ?? 0) + 1)
    switch (write.kind) {
      case 'message': return this.conversations.addMessage(write.message)
      case 'read': return this.conversations.addMarker(write.marker)
      case 'block': return this.conversations.addBlock(write.userId, write.otherUserId, write.blocked)
      case 'webhook': this.events.set(write.event.eventKey, write.event); return
      case 'replacement': this.events.set(write.after.eventKey, write.after); return
      case 'intent': return this.payments.put(write.decision.payment)
      case 'change': return this.#change(write.decision.payment, write.event)
      case 'outcome': return this.#change(write.after, write.event)
      // Of minutes and people the store alone is asked.
      default:
    }
  }

  /** The write is where it belongs, or set aside. */
  remove (write: JournaledWrite): void {
    const isLast = this.#countDown(keyOf(write))
    switch (write.kind) {
      case 'message': return this.conversations.removeMessage(write.message)
      case 'read': return this.conversations.removeMarker(write.marker)
      case 'block': return this.conversations.removeBlock(write.userId, write.otherUserId)
      case 'webhook': this.events.delete(write.event.eventKey); return
      case 'replacement': this.events.delete(write.after.eventKey); return
      case 'intent': return this.#end(write.decision.payment, null, isLast)
      case 'change': return this.#end(write.decision.payment, write.event, isLast)
      case 'outcome': return this.#end(write.after, write.event, isLast)
      default:
    }
  }

  #countDown (key: string): boolean {
    const count = Number(this.#counts.get(key)) - 1
    if (count > 0) this.#counts.set(key, count)
    else this.#counts.delete(key)
    return !this.#counts.has(key)
  }

  #change (payment: Parameters<PendingPayments['put']>[0], event: WebhookEvent | null): void {
    this.payments.put(payment)
    if (event !== null) this.events.set(event.eventKey, event)
  }

  /** The payment is to be read here until the store has all of it. */
  #end (payment: Parameters<PendingPayments['remove']>[0], event: WebhookEvent | null, isLast: boolean): void {
    if (isLast) this.payments.remove(payment)
    if (event !== null) this.events.delete(event.eventKey)
  }
}
