import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { keyRange, matchesFilter, type PaymentFilter } from '#domain/payments/payment-filter.js'
import type { Payment } from '#domain/payments/payment.js'
import { matchesSearch, searchOf } from '#domain/payments/order-search.js'
import { idOf } from '#domain/time.js'
import type { OrderIndex } from '../ports/read-models.js'
import { FilteredPage, type Page, type PageRequest } from '../ports/page.js'
import type { PaymentStore } from '../ports/payment-store.js'

export interface SearchOrdersQuery extends PageRequest, Pick<PaymentFilter, 'status' | 'from' | 'to'> {
  readonly caller: Caller
  /** The text that a person has typed. */
  readonly query: string
}

interface Ports {
  readonly orderIndex: Pick<OrderIndex, 'candidates'>
  readonly payments: PaymentStore
}

/** Candidates that are read at once, as many as a store reads in one request, and how often one search does so. */
const CHUNK = 100
const CHUNKS_MAX = 10

/**
 * Finds orders, newest first: for a user those they have paid, for an administrator all. A request examines at most 1,000
 * candidates: a page may hold few payments or none while `nextKey` continues the list.
 *
 * @throws search_too_short; forbidden for a caller who is neither
 */
export function makeSearchOrders ({ orderIndex, payments }: Ports) {
  return async function searchOrders ({ caller, query, status, from, to, before, limit }: SearchOrdersQuery): Promise<Page<Payment>> {
    const search = searchOf(query)
    const filter: PaymentFilter = { status, from, to, userId: payerOf(caller), provider: null, sellerId: null, flag: null }
    const found = new FilteredPage<Payment>({ before, limit }, (payment) => matchesFilter(payment, filter) && matchesSearch(payment, search))
    let position = before
    for (let chunk = 0; chunk < CHUNKS_MAX; chunk++) {
      const { items: keys, nextKey } = await orderIndex.candidates({
        terms: search.terms,
        userId: filter.userId,
        range: keyRange(filter, position),
        // Most searches need only their page, and one more candidate to know whether the list continues.
        limit: chunk === 0 ? Math.min(limit + 1, CHUNK) : CHUNK,
      })
      const read = new Map((await payments.findMany(keys.map(idOf))).map((payment) => [payment.paymentId, payment]))
      for (const key of keys) {
        const payment = read.get(idOf(key))
        if (payment !== undefined && !found.examine(key, payment)) return found.unfinished()
      }
      if (nextKey === null) return found.upTo(null)
      position = nextKey
    }
    return found.upTo(position)
  }
}

/** The payer whose orders the caller may find; null stands for all payers. @throws forbidden */
function payerOf ({ userId, admin }: Caller): string | null {
  if (admin) return null
  if (userId === null) throw new DomainError('forbidden', 'only users and administrators can search')
  return userId
}
