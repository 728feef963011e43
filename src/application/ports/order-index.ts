import type { KeyRange } from '#domain/payments/payment-filter.js'
import type { Page } from './page.js'

export interface CandidateQuery {
  /** As a search names them: an order is a candidate that lies under one of these. */
  readonly terms: readonly string[]
  /** Whose orders are looked at; null looks at everybody's. */
  readonly userId: string | null
  readonly range: KeyRange
  readonly limit: number
}

/**
 * Orders by the terms under which they are found. Terms are written beside the end of the event that led to them, not by this port.
 * Whoever searches decides afterwards what of the candidates he takes: a term may tell of what an order no longer is.
 */
export interface OrderIndex {
  /**
   * The created keys of orders, newest first, each once however many of the terms it lies under. They can cost no more than the
   * limit and the number of terms make them cost, however many orders there are. What was written a moment before may be missing.
   * @throws store_unavailable
   */
  candidates: (query: CandidateQuery) => Promise<Page<string>>
}

/** One page of several lists of keys, each of which holds the newest of its own, newest first, one more than the page has. */
export function mergedPage (lists: ReadonlyArray<readonly string[]>, limit: number): Page<string> {
  const [first = [], ...others] = lists.filter((list) => list.length > 0)
  // Mostly a query is an id or a word, and not both: then one list has all, in its order.
  const newestFirst = others.length === 0 ? first : [...new Set(lists.flat())].sort().reverse()
  const items = newestFirst.slice(0, limit)
  const [last = null] = newestFirst.length > limit ? items.slice(-1) : []
  return { items, nextKey: last }
}
