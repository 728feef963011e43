import type { Position } from '#domain/rooms/room.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { Timestamp } from '#domain/time.js'

/** What the pages of a feed fold to. */
export interface FeedState<Entry, Snapshot> {
  /** The last page that was applied. */
  page: number
  /** The time of the last entry. */
  readonly at: Timestamp
  /** Adds the next page. */
  apply: (page: FeedPage<Entry>) => void
  /** Adds what a snapshot leaves out of a page that it has counted. */
  remember: (page: FeedPage<Entry>) => void
  /** Adds an entry to a state that is tried out. */
  add: (entry: Entry, position: Position) => void
  snapshot: () => Snapshot
}

/** What a snapshot says of pages. */
export interface SnapshotPages {
  readonly page: number
  /** The pages behind this one are remembered. */
  readonly windowFrom: number
}

/** A class of states. */
export interface Fold<State, Snapshot> {
  /** The first state, or one that lies on another and leaves it unchanged. */
  new (below?: State | null): State
  from: (snapshot: Snapshot) => State
}
