import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { keyRange, matchesFilter, type PaymentFilter } from '#domain/payments/payment-filter.js'
import type { Payment } from '#domain/payments/payment.js'
import { matchesSearch, searchOf } from '#domain/payments/order-search.js'
import { idOf } from '#domain/time.js'
import type { OrderIndex } from '../ports/order-index.js'
import { FilteredPage, type Page, type PageRequest } from '../ports/page.js'
import type { PaymentStore } from '../ports/payment-store.js'

export interface SearchOrdersQuery extends PageRequest, Pick<PaymentFilter, 'status' | 'from' | 'to'> {
  readonly caller: Caller
  /** What a person has typed. */
  readonly query: string
}

interface Ports {
  readonly orderIndex: OrderIndex
  readonly payments: PaymentStore
}

/** Candidates that are looked at in one go, as many as a store reads in one request; and how often a request does so. */
const CHUNK = 100
const CHUNKS_MAX = 10

/**
 * Orders that are found by the query, newest first: of a user what he has paid himself, of an administrator everybody's. A request looks at
 * 1,000 candidates at most: where few of them are meant, a page holds few payments or none, and `nextKey` carries on.
 * @throws search_too_short
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
        // Most searches need no more than their page, and one to know whether the list goes on.
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

/** Whose orders the caller may find; null: everybody's. Nobody, whose id is null, finds nobody's. @throws forbidden */
function payerOf ({ userId, admin }: Caller): string | null {
  if (admin) return null
  if (userId === null) throw new DomainError('forbidden', 'a search is for a person or an administrator')
  return userId
}
