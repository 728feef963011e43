import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { checkSanction } from '#domain/rooms/admit.js'
import { laterBy, MINUTE_MS, type Timestamp } from '#domain/time.js'
import type { Clock, Identity } from '../ports/system.js'
import type { VideoProvider, VideoToken } from '../ports/video-provider.js'
import type { OpenRoom, PersonIn } from './open-rooms.js'

export interface VideoTokenPorts {
  /** Null: there is none. */
  readonly video: VideoProvider | null
  readonly identity: Identity
  readonly clock: Clock
  readonly openRoom: OpenRoom
  readonly personIn: PersonIn
}

export interface VideoTokenCommand {
  /** Null for a guest. */
  readonly caller: Caller | null
  readonly roomId: string
}

export interface IssuedVideoToken extends VideoToken {
  readonly provider: string
  readonly expiresAt: Timestamp
  readonly canPublish: boolean
}

const TOKEN_MS = 10 * MINUTE_MS

/** A token for the video of a live room. Its streamer alone publishes, and may come before the start. @throws video_unavailable, not_found, banned, room_not_live */
export function makeIssueVideoToken ({ video, identity, clock, openRoom, personIn }: VideoTokenPorts) {
  return async function issueVideoToken ({ caller, roomId }: VideoTokenCommand): Promise<IssuedVideoToken> {
    if (video === null) throw new DomainError('video_unavailable', 'the service has no video provider')
    const feed = await openRoom(roomId)
    await feed.catchUp()
    const { state } = feed
    const now = clock()
    const userId = caller?.userId ?? null
    if (userId !== null) checkSanction(state, userId, 'ban', now)
    const canPublish = caller !== null && personIn(state, caller).isOwner
    if (state.status !== 'live' && !(canPublish && state.status === 'scheduled')) throw new DomainError('room_not_live', 'the room has no video now')
    const expiresAt = laterBy(now, TOKEN_MS)
    const person = canPublish ? state.streamerId : userId ?? identity.random('gst')
    return { provider: video.provider, ...await video.issueToken({ roomId, identity: person, canPublish, expiresAt }), expiresAt, canPublish }
  }
}
