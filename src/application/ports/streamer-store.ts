import type { Decision, PaymentEvent } from '#domain/payments/decision.js'
import type { LedgerEntry, Posting, Streamer } from '#domain/streamers/streamer.js'
import type { Page, PageRequest } from './page.js'

/** A rule for whatever state the streamer is in, null where there is none yet: pure, because it may run more than once. */
export type LedgerChange = (streamer: Streamer | null) => Posting

export interface PostOptions {
  /** The streamer as the caller last saw him. */
  readonly known: Streamer | null
  /** A new payment, stored in the same step. */
  readonly purchase?: Decision | null
}

export type Posted =
  | { readonly inserted: true, readonly streamer: Streamer, readonly entry: LedgerEntry, readonly events: readonly PaymentEvent[] }
  /** The id is taken, by this entry: nothing was changed. It may be another streamer's. */
  | { readonly inserted: false, readonly entry: LedgerEntry }

/**
 * Streamers and their ledgers, which always add up to what the streamers have left. What comes back is safe from later changes
 * by either side.
 * Every method may throw `store_unavailable`: whether a write took place is then unknown, and the same call may be made again.
 */
export interface StreamerStore {
  /**
   * Stores an entry of the ledger at most once for its id, with the streamer as it leaves him, the payment and its events, all
   * in one step. `change` is applied to the streamer as he stands. What it throws comes out as it is, and nothing is written;
   * but where the id is taken, that is the answer.
   */
  post: (ids: Pick<LedgerEntry, 'streamerId' | 'entryId'>, change: LedgerChange, options: PostOptions) => Promise<Posted>

  find: (streamerId: string) => Promise<Streamer | null>

  /** All streamers, newest first, each as he stands now. A store whose index lags behind may miss one of a moment before. */
  list: (page: PageRequest) => Promise<Page<Streamer>>

  /** A streamer's ledger, newest first; it may miss an entry of a moment before, too. */
  listEntries: (streamerId: string, page: PageRequest) => Promise<Page<LedgerEntry>>
}
