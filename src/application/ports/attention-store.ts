import type { AttentionKind, AttentionPlace } from '#domain/payments/attention.js'
import type { Page, PageRequest } from './page.js'

export interface AttentionQuery {
  readonly kind: AttentionKind
  /** Null for places in any state. */
  readonly state: string | null
}

/**
 * The places of refunds, disputes and flags of all payments. `OutboxStore.complete` writes them, each over the one before. Nothing expires,
 * because payments do not.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface AttentionStore {
  /** Newest first. The cost of a page is the same however many places there are. */
  list: (query: AttentionQuery, page: PageRequest) => Promise<Page<AttentionPlace>>

  /** The number of places in one state, up to `max`, which bounds the cost. */
  count: (kind: AttentionKind, state: string, max: number) => Promise<number>
}
