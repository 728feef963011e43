import type { Decision, PaymentChange } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { createdKey } from '#domain/time.js'
import type { WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { InsertOptions, PaymentStore, Update, UpdateOptions } from '#application/ports/payment-store.js'
import type { Fallback } from './outage.js'
import { guarded } from './guarded.js'
import { paymentKey } from '../journaled-write.js'
import { merged } from './merged.js'
import { pageQuestion, paymentQuestion } from './questions.js'
import { away } from './store-health.js'

const BY_CREATED_KEY = { idOf: ({ paymentId }: Payment) => paymentId, keyOf: keyOfPayment }

/** Whether a provider takes a repeat under our key for the same charge: only then may a payment begin without the store. */
export type IsIdempotent = (provider: string) => boolean

/**
 * Payments. What a provider has said is never lost for want of the store, and a new charge begins without it only where the provider
 * himself sees to it that two nodes charge once. Money goes back only when the store is there to say what was given back before.
 */
export function fallbackPaymentStore (fallback: Fallback, store: PaymentStore, isIdempotent: IsIdempotent): PaymentStore {
  const { payments, events } = fallback.overlay

  async function insert (decision: Decision, options: InsertOptions = {}): Promise<Insertion<Payment>> {
    const { payment } = decision
    return await fallback.write(paymentKey(payment.paymentId), async (remember) => {
      const insertion = await store.insert(decision, options)
      remember(paymentQuestion(payment.paymentId), insertion.stored)
      return insertion
    }, async () => {
      const taken = known(payment.paymentId)
      if (taken !== undefined) return { inserted: taken.lease.owner === payment.lease.owner, stored: taken }
      if (options.isChoiceOpen === true || !isIdempotent(payment.provider)) throw away()
      await fallback.record({ kind: 'intent', decision })
      return { inserted: true, stored: payment }
    })
  }

  async function update (paymentId: string, change: PaymentChange, options: UpdateOptions = {}): Promise<Update> {
    return await fallback.write(paymentKey(paymentId), async (remember) => {
      const done = await store.update(paymentId, change, options)
      remember(paymentQuestion(paymentId), done.payment)
      return done
    }, async () => {
      const before = options.known === undefined ? known(paymentId) : latest(options.known)
      if (before === undefined) throw away()
      const { webhookEvent: event = null } = options
      if (event !== null && events.get(event.eventKey)?.state === 'applied') return { payment: before, events: [], duplicate: true }
      const { payment: after, events: happened } = change(before)
      if (after.refunds.length > before.refunds.length || isOfUnknownRefund(before, after, event)) throw away()
      if (after !== before || event !== null) await fallback.record({ kind: 'outcome', before, after, event })
      return { payment: after, events: happened, duplicate: false }
    })
  }

  async function findByReference (provider: string, reference: string): Promise<Payment | null> {
    const ours = fallback.pending(payments.findByReference(provider, reference))
    if (ours !== undefined) return ours
    const found = await fallback.ask(`reference ${provider} ${reference}`, async () => await store.findByReference(provider, reference))
    return found === null ? null : latest(found)
  }

  /** As the journal makes it, or else as the store last had it. */
  function known (paymentId: string): Payment | undefined {
    return fallback.pending(payments.get(paymentId)) ?? fallback.known<Payment | null>(paymentQuestion(paymentId)) ?? undefined
  }

  /** The same of one that was seen before, maybe later than it is known here. */
  function latest (seen: Payment): Payment {
    const pending = fallback.pending(payments.get(seen.paymentId))
    if (pending !== undefined) return pending
    const stored = fallback.remembered<Payment | null>(paymentQuestion(seen.paymentId)) ?? seen
    return stored.version < seen.version ? seen : stored
  }

  return guarded(fallback, store, {
    insert,
    update,
    find: async (paymentId) => fallback.pending(payments.get(paymentId)) ?? await fallback.ask(paymentQuestion(paymentId), async () => await store.find(paymentId)),
    findByReference,
    listOfUser: async (userId, status, page) => {
      const ours = () => payments.ofUser(userId).filter((payment) => page.before === null || keyOfPayment(payment) < page.before)
      return await fallback.askBeside(pageQuestion(`payments ${userId} ${status}`, page), async () => await store.listOfUser(userId, status, page), ours, (theirs, pending) => {
        // One that the journal gives another status does not belong to the store's list any more.
        const ids = new Set(pending.map(BY_CREATED_KEY.idOf))
        const rest = { ...theirs, items: theirs.items.filter(({ paymentId }) => !ids.has(paymentId)) }
        return merged(rest, pending.filter((payment) => status === null || payment.status === status), page, BY_CREATED_KEY)
      })
    },
  })
}

/** Whether a refund is nobody's the store alone can say: what is told of one that is not known here has to wait, and is no mere flag. */
function isOfUnknownRefund (before: Payment, after: Payment, event: WebhookEvent | null): boolean {
  return after.flags.includes('unknown_refund') && (event !== null || !before.flags.includes('unknown_refund'))
}

function keyOfPayment ({ createdAt, paymentId }: Payment): string {
  return createdKey(createdAt, paymentId)
}
