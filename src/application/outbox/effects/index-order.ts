import type { Payment } from '#domain/payments/payment.js'
import { orderTerms, referenceTerms } from '#domain/payments/order-search.js'
import type { OutboxEvent } from '#application/ports/outbox-store.js'
import type { TermWrite } from '#application/ports/projection.js'
import type { Effect } from '../effect.js'

/** Makes an order findable: by all that it has from the beginning on, and by the provider's reference once that is known. */
export const indexOrder: Effect = {
  name: 'index-order',
  wantsPayment: concernsCharge,
  writes: (event, payment) => {
    if (!concernsCharge(event)) return []
    // Event and payment are stored in one step: an order that is not there is a fault to look at, and not one that nobody need find.
    if (payment === null) throw new Error('its payment is not there')
    return termWrites(payment, event.type === 'payment.created' ? orderTerms(payment) : referenceTerms(payment))
  },
}

/** Any word on the charge may be the one that brings the reference; what concerns refunds and disputes comes after it. */
function concernsCharge ({ type }: OutboxEvent): boolean {
  return type.startsWith('payment.')
}

function termWrites ({ paymentId, userId, createdAt }: Payment, terms: readonly string[]): TermWrite[] {
  return terms.map((term) => ({ kind: 'term', term, paymentId, userId, createdAt }))
}
