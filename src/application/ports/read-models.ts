import type { KeyRange } from '#domain/payments/payment-filter.js'
import type { SliceFigures } from '#domain/payments/payment-stats.js'
import type { Grain } from '#domain/payments/stats-slices.js'
import { MINUTE_MS, type Timestamp } from '#domain/time.js'
import type { StatsWrite, TermWrite } from './outbox-store.js'
import type { Page } from './page.js'

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

  /** Removes terms of orders. Those that are not there are ignored. */
  forget: (terms: readonly TermWrite[]) => Promise<void>
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

/** The family of the figures by the day (UTC) on which a payment was created. Version 0.1.0 reads and writes no other. */
export const BY_CREATION = 'creation'

/** The family of the figures by the time of each change, in slices of this grain. `since` is that of their recount. */
export function byChange (grain: Grain, since: Timestamp): string {
  return `${grain}#${since}`
}

/** The family of the sales of one room, by product. */
export function roomFamily (roomId: string): string {
  return `room#${roomId}`
}

const OF_PRODUCT = 'product:'

/** The slice of a product. The names of all slices lie between `ROOM_SLICES`. */
export function roomSlice (productId: string | null): string {
  return productId === null ? 'none' : `${OF_PRODUCT}${productId}`
}

export function productOf (slice: string): string | null {
  return slice.startsWith(OF_PRODUCT) ? slice.slice(OF_PRODUCT.length) : null
}

export const ROOM_SLICES = { from: 'n', before: 'q' } as const

/**
 * How far the count by the time of each change has come. Payments that were created from `since` on count by their events alone. An older one
 * counts as a whole first, once, and by its later events from then on.
 */
export interface Recount {
  readonly since: Timestamp
  /** Whether all older payments have been counted, so that the figures can be read. */
  readonly isComplete: boolean
  /** The created key up to which the walk from new to old has come; null at its beginning and end. */
  readonly position: string | null
  /** Payments that the walk has looked at. */
  readonly looked: number
}

/** Of stores that have counted by time from their first payment on. */
export const COUNTED_FROM_THE_START: Recount = { since: '1970-01-01T00:00:00.000Z', isComplete: true, position: null, looked: 0 }

/** A payment that was counted as a whole, with the version that was counted. */
export interface Counted {
  readonly paymentId: string
  readonly version: number
}

/** A node learns of a new recount within this time. */
export const RECOUNT_KNOWN_MS = MINUTE_MS

/**
 * Figures of payments, by family. The outbox adds to them in one step with the end of the event; a recount adds older payments.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface StatsStore {
  /**
   * The figures of the slices from `from` on and before `before`, one entry for each slice and currency, in any order. The cost grows with
   * the time, not with the payments.
   *
   * @throws invalid_range when a figure of these slices exceeds the exact integers
   */
  read: (family: string, from: string, before: string) => Promise<readonly SliceFigures[]>

  /** The newest recount, as it was at most `RECOUNT_KNOWN_MS` ago; null when none has begun. */
  recount: () => Promise<Recount | null>

  /** Stores how far a recount has come. False, and nothing is stored, when a later one has begun. */
  saveRecount: (recount: Recount) => Promise<boolean>

  /** Which of these payments the recount has counted, with their versions by id. */
  counted: (since: Timestamp, paymentIds: readonly string[]) => Promise<ReadonlyMap<string, number>>

  /**
   * Marks payments as counted and adds their figures, in one step. False, and nothing is stored, when one of them is marked already. At most
   * `COMPLETION_MAX` payments and writes, each write to another row.
   */
  count: (since: Timestamp, payments: readonly Counted[], writes: readonly StatsWrite[]) => Promise<boolean>
}
