import type { RoomEntry } from '#domain/rooms/room-entry.js'
import type { RoomSnapshot, RoomState } from '#domain/rooms/room-state.js'
import type * as generic from '../feeds/feed.js'

/** The feed of one room on this node; see `Feed`. */
export type RoomFeed = generic.Feed<RoomState, RoomEntry, RoomSnapshot>
export type RoomFeedPorts = generic.FeedPorts<RoomEntry, RoomSnapshot>
export type Decided = generic.Decided<RoomEntry, RoomSnapshot>
export type Result = generic.Result<RoomEntry>
export type Decide = generic.Decide<RoomState, RoomEntry, RoomSnapshot>
