import type { KeyRange } from '#domain/payments/payment-filter.js'
import type { Page } from './page.js'
import type { DayFigures } from '#domain/payments/payment-stats.js'

export interface CandidateQuery {
  /** The terms of a search. An order under at least one of them is a candidate. */
  readonly terms: readonly string[]
  /** The payer of the orders; null looks at the orders of all. */
  readonly userId: string | null
  readonly range: KeyRange
  readonly limit: number
}

/**
 * The index of orders by their search terms. The outbox writes terms, in one step with the end of the event. A candidate need
 * not match a search: terms are prefixes, and may be older than the order. The caller filters by `matchesSearch`.
 */
export interface OrderIndex {
  /**
   * The created keys of candidates, newest first, each once. The cost depends on the limit and the number of terms, not on the
   * number of orders.
   *
   * @throws store_unavailable, store_busy; see `Stores`
   */
  candidates: (query: CandidateQuery) => Promise<Page<string>>
}

/** Merges the lists of several terms, newest first, into one page. Each list holds up to `limit` + 1 keys. */
export function mergedPage (lists: ReadonlyArray<readonly string[]>, limit: number): Page<string> {
  const [first = [], ...others] = lists.filter((list) => list.length > 0)
  // Most queries have one term with candidates, whose list needs no merge.
  const newestFirst = others.length === 0 ? first : [...new Set(lists.flat())].sort().reverse()
  const items = newestFirst.slice(0, limit)
  const [last = null] = newestFirst.length > limit ? items.slice(-1) : []
  return { items, nextKey: last }
}

/** Figures of payments. The outbox writes them, in one step with the end of the event. */
export interface StatsStore {
  /**
   * The figures of the days from `from` to `to`, both inclusive (YYYY-MM-DD), one entry for each day and currency, in any
   * order. The cost grows with the days, not with the payments.
   *
   * @throws store_unavailable, store_busy; invalid_range when a figure of these days exceeds the exact integers
   */
  read: (from: string, to: string) => Promise<readonly DayFigures[]>
}
