import { streamerIdOf } from '../streamers/read-streamers.js'
import type { Caller } from '#domain/accounts/session.js'
import type { Person } from '#domain/rooms/admit.js'
import { foldEmail } from '#domain/fold.js'
import type { RoomState } from '#domain/rooms/room-state.js'
import { RoomFeed, type RoomFeedPorts } from './room-feed.js'

/** Rooms that a process keeps open: each takes at most some megabytes. */
const OPEN_MAX = 500

/** Opens the feed of a room once for this process. @throws not_found */
export type OpenRoom = (roomId: string) => Promise<RoomFeed>

/** Beyond the limit the room is closed that was used longest ago. Work that it still has goes on, because the store decides. */
export function makeOpenRoom (ports: RoomFeedPorts, openMax = OPEN_MAX): OpenRoom {
  const open = new Map<string, Promise<RoomFeed>>()

  return async (roomId) => {
    const feed = open.get(roomId) ?? RoomFeed.open(ports, roomId)
    open.delete(roomId)
    open.set(roomId, feed)
    const [oldest = ''] = open.keys()
    if (open.size > openMax) open.delete(oldest)
    return await feed.catch((error: unknown) => {
      open.delete(roomId)
      throw error
    })
  }
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
