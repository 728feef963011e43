import type { Decision, PaymentEvent } from '#domain/payments/decision.js'
import type { LedgerEntry, Posting, Streamer } from '#domain/streamers/streamer.js'
import type { Page, PageRequest } from './page.js'

/** Computes an entry from the stored streamer, null if there is none. It is pure, because a store may run it again. */
export type LedgerChange = (streamer: Streamer | null) => Posting

export interface PostOptions {
  /** The streamer as the caller knows them. */
  readonly known: Streamer | null
  /** A new payment, stored in the same step. */
  readonly purchase?: Decision | null
}

export type Posted =
  | Posting & { readonly inserted: true, readonly events: readonly PaymentEvent[] }
  /** The id is taken by this entry, which may belong to another streamer. Nothing was changed. */
  | { readonly inserted: false, readonly entry: LedgerEntry }

/**
 * Streamers and their ledgers. The entries of a ledger always add up to the minutes of its streamer.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface StreamerStore {
  /**
   * Applies `change` to the stored streamer, and stores its entry, the streamer, the meter, and the purchase with its events in one step,
   * at most once for the id of the entry. If the id is taken, that is the answer, even if `change` throws.
   *
   * @throws Error where the stored meter has other minutes than that of the entry had before
   */
  post: (ids: Pick<LedgerEntry, 'streamerId' | 'entryId'>, change: LedgerChange, options: PostOptions) => Promise<Posted>

  find: (streamerId: string) => Promise<Streamer | null>

  /** Stores the next version of a streamer, if the stored one is the version before it. False means that nothing was written. */
  replace: (next: Streamer) => Promise<boolean>

  /** All streamers, newest first. */
  list: (page: PageRequest) => Promise<Page<Streamer>>

  /** The ledger of a streamer, newest entry first. */
  listEntries: (streamerId: string, page: PageRequest) => Promise<Page<LedgerEntry>>
}
