import type { Payment } from '#domain/payments/payment.js'
import { orderTerms, referenceTerms } from '#domain/payments/order-search.js'
import type { OutboxEvent, TermWrite } from '#application/ports/outbox-store.js'
import type { Effect } from '../effect.js'

/** Writes the search terms of an order: all when it is created, and the provider's reference once it is known. */
export const indexOrder: Effect = {
  name: 'index-order',
  wantsPayment: concernsCharge,
  writes: (event, payment) => {
    if (!concernsCharge(event)) return []
    // Event and payment are stored in one step. A missing payment is a fault for a person to look at, so the event is parked.
    if (payment === null) throw new Error('the payment of the event does not exist')
    return termWrites(payment, event.type === 'payment.created' ? orderTerms(payment) : referenceTerms(payment))
  },
}

/** Any fact of the charge may bring the reference. Refunds and disputes come later. */
function concernsCharge ({ type }: OutboxEvent): boolean {
  return type.startsWith('payment.')
}

function termWrites ({ paymentId, userId, createdAt }: Payment, terms: readonly string[]): TermWrite[] {
  return terms.map((term) => ({ kind: 'term', term, paymentId, userId, createdAt }))
}
