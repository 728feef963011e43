import type { Payment } from '../../../domain/payment.js'
import { orderTerms, referenceTerms } from '../../../domain/search.js'
import type { TermWrite } from '../../ports/projection.js'
import type { Effect } from '../effect.js'

/** Makes an order findable: by all that it has from the beginning on, and by the provider's reference once that is known. */
export const indexOrder: Effect = {
  name: 'index-order',
  // Any word on the charge may be the one that brings the reference; what concerns refunds and disputes comes after it.
  wantsPayment: ({ type }) => type.startsWith('payment.'),
  writes: ({ type }, payment) => {
    if (payment === null) return []
    return termWrites(payment, type === 'payment.created' ? orderTerms(payment) : referenceTerms(payment))
  },
}

function termWrites ({ paymentId, userId, createdAt }: Payment, terms: readonly string[]): TermWrite[] {
  return terms.map((term) => ({ kind: 'term', term, paymentId, userId, createdAt }))
}
