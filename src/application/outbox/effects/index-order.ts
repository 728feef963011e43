import type { Payment } from '../../../domain/payment.js'
import { orderTerms, referenceTerms } from '../../../domain/search.js'
import type { TermWrite } from '../../ports/projection.js'
import type { Effect } from '../effect.js'

/** Makes an order findable: by all that it has from the beginning on, and by the provider's reference once that is known. */
export const indexOrder = {
  name: 'index-order',
  writes: ({ type }, payment): TermWrite[] => {
    if (payment === null) return []
    if (type === 'payment.created') return termWrites(payment, orderTerms(payment))
    // Any word on the charge may be the one that brings the reference; what concerns refunds and disputes comes after it.
    return type.startsWith('payment.') ? termWrites(payment, referenceTerms(payment)) : []
  },
} satisfies Effect

function termWrites ({ paymentId, userId, createdAt }: Payment, terms: readonly string[]): TermWrite[] {
  return terms.map((term) => ({ kind: 'term', term, paymentId, userId, createdAt }))
}
