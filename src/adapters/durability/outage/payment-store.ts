import type { Decision, PaymentChange } from '#domain/payments/decision.js'
import { claimKeysOf, holderOf, replacedBy } from '#domain/payments/order-claim.js'
import type { Payment } from '#domain/payments/payment.js'
import { createdKey } from '#domain/time.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { InsertOptions, PaymentStore, Update, UpdateOptions } from '#application/ports/payment-store.js'
import { claimIn, paymentKey } from '../writes/payment-writes.js'
import { answerName } from './last-answers.js'
import { directOnlyStore, type Outage } from './outage.js'
import { away } from './store-health.js'
import { mergedPage } from './waiting-writes.js'

const BY_CREATED_KEY = { idOf: ({ paymentId }: Payment) => paymentId, keyOf: keyOfPayment }

/** Whether a provider charges once for a repeated idempotency key. Only then may a payment begin without the store. */
export type IsIdempotent = (provider: string) => boolean

/**
 * Payments. An outage loses no fact of a provider. A new charge begins without the store only where the provider makes sure that two
 * nodes charge once. A refund needs the store, which alone knows what was refunded before.
 */
export function outagePaymentStore (outage: Outage, store: PaymentStore, isIdempotent: IsIdempotent): PaymentStore {
  const { payments, events } = outage.waiting

  async function insert (decision: Decision, options: InsertOptions = {}): Promise<Insertion<Payment>> {
    const { payment } = decision
    return await outage.write(paymentKey(payment.paymentId), async (remember) => {
      const insertion = await store.insert(decision, options)
      const { inserted, stored } = insertion
      remember(answerName.payment(stored.paymentId), stored)
      if (stored.paymentId !== payment.paymentId || (inserted && options.isAnother !== true)) {
        const theirs = claimKeysOf(stored)
        for (const key of claimKeysOf(payment)) if (theirs.includes(key)) remember(answerName.claim(key), stored.paymentId)
      }
      return insertion
    }, async () => {
      const taken = newest(payment.paymentId)
      if (taken !== undefined) return { inserted: taken.lease.owner === payment.lease.owner, stored: taken }
      const holder = options.isAnother === true ? undefined : knownHolder(payment, options)
      if (holder !== undefined) return { inserted: false, stored: holder }
      if (options.isChoiceOpen === true || !isIdempotent(payment.provider)) throw away()
      await outage.append({ kind: 'intent', decision, claim: claimIn(options) })
      return { inserted: true, stored: payment }
    })
  }

  /** The payment that holds the order of a new one, as far as this node knows. Others can have claimed it on other nodes. */
  function knownHolder (wanted: Payment, options: InsertOptions): Payment | undefined {
    const replaced = replacedBy(options)
    const known = claimKeysOf(wanted).flatMap((key) => [...payments.ofOrder(key), newest(outage.lastAnswer<string>(answerName.claim(key)) ?? '')])
    return holderOf(known.filter((payment): payment is Payment => payment !== undefined && !replaced.includes(payment.paymentId)))
  }

  async function update (paymentId: string, change: PaymentChange, options: UpdateOptions = {}): Promise<Update> {
    return await outage.write(paymentKey(paymentId), async (remember) => {
      const done = await store.update(paymentId, change, options)
      remember(answerName.payment(paymentId), done.payment)
      return done
    }, async () => {
      if (options.isStoreOnly === true) throw away()
      const before = options.known === undefined ? newest(paymentId) : newestOf(options.known)
      if (before === undefined) throw away()
      const { webhookEvent: event = null } = options
      if (event !== null && events.get(event.eventKey)?.state === 'applied') return { payment: before, events: [], duplicate: true }
      const { payment: after, events: happened } = change(before)
      if (after.refunds.length > before.refunds.length || after.expiresAt !== before.expiresAt || isOfUnknownRefund(before, after, event)) throw away()
      if (after !== before || event !== null) await outage.append({ kind: 'outcome', before, after, event })
      return { payment: after, events: happened, duplicate: false }
    })
  }

  async function findByReference (provider: string, reference: string): Promise<Payment | null> {
    const waiting = outage.fromJournal(payments.findByReference(provider, reference))
    if (waiting !== undefined) return waiting
    const found = await outage.read(answerName.reference(provider, reference), async () => await store.findByReference(provider, reference))
    return found === null ? null : newestOf(found)
  }

  /** The payment's newest state in the journal, or else in the store's last answer. */
  function newest (paymentId: string): Payment | undefined {
    return outage.fromJournal(payments.get(paymentId)) ?? outage.staleAnswer<Payment | null>(answerName.payment(paymentId)) ?? undefined
  }

  /** The same of a payment that the caller has seen, possibly in a newer state. */
  function newestOf (seen: Payment): Payment {
    const waiting = outage.fromJournal(payments.get(seen.paymentId))
    if (waiting !== undefined) return waiting
    const stored = outage.lastAnswer<Payment | null>(answerName.payment(seen.paymentId)) ?? seen
    return stored.version < seen.version ? seen : stored
  }

  return directOnlyStore(outage, store, {
    insert,
    update,
    find: async (paymentId) => outage.fromJournal(payments.get(paymentId)) ?? await outage.read(answerName.payment(paymentId), async () => await store.find(paymentId)),
    findByReference,
    listOfUser: async (userId, status, page) => {
      const waitingRows = () => payments.ofUser(userId).filter((payment) => page.before === null || keyOfPayment(payment) < page.before)
      return await outage.readMerged(answerName.page(`payments ${userId} ${status}`, page), async () => await store.listOfUser(userId, status, page), waitingRows, (theirs, waiting) => {
        // The journal can have given a payment another status than that of the store's list.
        const ids = new Set(waiting.map(BY_CREATED_KEY.idOf))
        const rest = { ...theirs, items: theirs.items.filter(({ paymentId }) => !ids.has(paymentId)) }
        return mergedPage(rest, waiting.filter((payment) => status === null || payment.status === status), page, BY_CREATED_KEY)
      })
    },
  })
}

/** Whether the change is about a refund that this node does not know. The store alone can say that no node knows it, so the fact waits. */
function isOfUnknownRefund (before: Payment, after: Payment, event: WebhookEvent | null): boolean {
  return after.flags.includes('unknown_refund') && (event !== null || !before.flags.includes('unknown_refund'))
}

function keyOfPayment ({ createdAt, paymentId }: Payment): string {
  return createdKey(createdAt, paymentId)
}
