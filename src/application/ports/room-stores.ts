import type { Channel, MemberChange } from '#domain/channels/channel.js'
import type { RoomMeter } from '#domain/rooms/meter.js'
import type { Room, RoomStatus, RoomSummary } from '#domain/rooms/room.js'
import type { RoomEvent } from '#domain/rooms/room-event.js'
import type { Amendment, FeedPage, RoomEntry } from '#domain/rooms/room-entry.js'
import type { RoomSnapshot } from '#domain/rooms/room-state.js'
import type { FeedPart } from '#domain/rooms/writing.js'
import type { Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from './page.js'

/** What is written in one step with a page. */
export interface Together<Snapshot = RoomSnapshot> {
  /** The next version of a room; the first one, which is stored if its id is free. */
  readonly room?: Room
  /** What the change of the room tells; absent where that is nothing. */
  readonly events?: readonly RoomEvent[]
  /** The streamer's claim to have this one live room: `take` it if it is free, or `leave` it if it is of this room. */
  readonly claim?: { readonly streamerId: string, readonly roomId: string, readonly step: 'take' | 'leave' }
  /** The meter of a broadcast that begins. */
  readonly meter?: RoomMeter
  /** A change of a message in an earlier page. */
  readonly amendment?: Amendment
  /** The row of a channel, as the page leaves it. It is written unless the stored one is deleted. */
  readonly channel?: Channel
  /** Changes of rows of its members: one for each member. */
  readonly members?: readonly MemberChange[]
  /** The state before the page. */
  readonly snapshot?: Snapshot
}

export type Appended<Entry = RoomEntry> =
  | { readonly kind: 'appended' }
  /** Another page has the number. Nothing was written. */
  | { readonly kind: 'taken', readonly page: FeedPage<Entry> }
  /** The stored room is not the version before, or its id is taken. Nothing was written. */
  | { readonly kind: 'room_changed' }
  /** The streamer has another live room. Nothing was written. */
  | { readonly kind: 'claim_taken' }
  /** The stored channel is deleted. Nothing was written. */
  | { readonly kind: 'channel_deleted' }
  /** The message to change is not in its page, or the page is gone. Nothing was written. */
  | { readonly kind: 'message_gone' }

/**
 * Feeds: append-only lists of numbered pages. Their numbers are dense, and a page never changes but for the text and the hiding of its messages.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`. Whether a page was stored is then for the next append to find.
 */
export interface FeedStore<Entry = RoomEntry, Snapshot = RoomSnapshot> {
  /** Stores a page, if no other page has its number, and what is written together with it, or nothing. A repeat of the same write is `appended` too. */
  append: (page: FeedPage<Entry>, together?: Together<Snapshot>) => Promise<Appended<Entry>>

  /** At most so many pages of a feed behind this one, oldest first. It sees every page that was appended before. */
  read: (feedId: string, after: number, limit: number) => Promise<ReadonlyArray<FeedPage<Entry>>>

  /** The same before this one, newest first; null: from the newest on. */
  readBack: (feedId: string, before: number | null, limit: number) => Promise<ReadonlyArray<FeedPage<Entry>>>

  find: (feedId: string, page: number) => Promise<FeedPage<Entry> | null>

  /** The parts of feeds in which this person wrote a text, from the greatest key down. It sees every page that was appended before, and may name a part without one. */
  listOfAuthor: (userId: string, page: PageRequest) => Promise<Page<FeedPart>>

  /** Removes at most so many of the oldest pages, and the snapshot, but never the newest page. True: only that one is left. Calls go on until one is true. */
  removeOld: (feedId: string, limit: number) => Promise<boolean>

  /** The last snapshot that was stored with a page. */
  findSnapshot: (feedId: string) => Promise<Snapshot | null>
}

export interface RoomFilter {
  readonly status: RoomStatus
  /** Of public rooms alone; null: any. */
  readonly category: string | null
  /** Whether unlisted rooms are in the list too. */
  readonly isUnlistedToo?: boolean
}

/** Rooms, and the meters of their broadcasts. Rooms change with a page of their feed; see `FeedStore.append`. @throws store_unavailable, store_busy from every method; see `Stores` */
export interface RoomStore {
  find: (roomId: string) => Promise<Room | null>

  /** The rooms of this status, newest first. */
  list: (filter: RoomFilter, page: PageRequest) => Promise<Page<RoomSummary>>

  /** The rooms of a streamer, newest first, public or not. */
  listOfStreamer: (streamerId: string, page: PageRequest) => Promise<Page<RoomSummary>>

  findMeter: (roomId: string) => Promise<RoomMeter | null>

  /** Meters that are due by now, those that have been due for longest first. */
  dueMeters: (now: Timestamp, limit: number) => Promise<readonly RoomMeter[]>

  /** Replaces a meter, if the stored one has the same minutes, is due at the same time and has heard the same of its streamer. False means that nothing was written. */
  moveMeter: (before: RoomMeter, after: RoomMeter) => Promise<boolean>
}
