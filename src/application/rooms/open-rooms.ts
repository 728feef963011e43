import { streamerIdOf } from '../streamers/read-streamers.js'
import type { Caller } from '#domain/accounts/session.js'
import type { Person } from '#domain/rooms/admit.js'
import { foldEmail } from '#domain/fold.js'
import { feedIdOf } from '#domain/rooms/room-entry.js'
import { RoomState } from '#domain/rooms/room-state.js'
import { Feed } from '../feeds/feed.js'
import { keepingOpen } from '../feeds/open-feeds.js'
import type { RoomFeed, RoomFeedPorts } from './room-feed.js'

/** Opens the feed of a room once for this process. @throws not_found */
export type OpenRoom = (roomId: string) => Promise<RoomFeed>

export function makeOpenRoom (ports: RoomFeedPorts, openMax?: number): OpenRoom {
  return keepingOpen(async (roomId) => await Feed.open(RoomState, ports, feedIdOf(roomId)), openMax)
}

/** The caller, as a room of this streamer knows them: the id of a streamer follows from their address. */
export type PersonIn = (state: Pick<RoomState, 'streamerId'>, caller: Caller) => Person

export function makePersonIn (identity: RoomFeedPorts['identity']): PersonIn {
  return ({ streamerId }, caller) => ({ userId: caller.userId, isAdmin: caller.admin, isOwner: streamerIdsOf(caller, identity).includes(streamerId) })
}

/** The ids under which the caller may be a streamer. */
export function streamerIdsOf ({ userId, verifiedEmail }: Caller, identity: RoomFeedPorts['identity']): string[] {
  return [...(verifiedEmail === undefined ? [] : [streamerIdOf(foldEmail(verifiedEmail), identity)]), ...(userId === null ? [] : [userId])]
}
