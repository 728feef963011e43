import { admitRole, admitSanction, MODERATING, requireRole, roleOf, sanctionsOf, type SanctionDraft } from '#domain/rooms/admit.js'
import type { RoomRole, SanctionKind } from '#domain/rooms/room-entry.js'
import type { RoomState, Sanction } from '#domain/rooms/room-state.js'
import type { Timestamp } from '#domain/time.js'
import type { Clock } from '../ports/system.js'
import type { VideoProvider } from '../ports/video-provider.js'
import type { RoomCommand } from './change-room.js'
import type { OpenRoom, PersonIn } from './open-rooms.js'

export interface MemberPorts {
  readonly clock: Clock
  readonly openRoom: OpenRoom
  readonly personIn: PersonIn
  /** Absent from a service without video. */
  readonly video?: VideoProvider | null
}

export interface SetSanctionCommand extends RoomCommand, SanctionDraft {}

/** What the caller is in a room. `until` is null where there is no sanction, or no end of it. */
export interface Standing {
  readonly role: RoomRole
  readonly muted: boolean
  readonly mutedUntil: Timestamp | null
  readonly banned: boolean
  readonly bannedUntil: Timestamp | null
  /** The words that the room does not allow; null for viewers. */
  readonly words: readonly string[] | null
  /** When the broadcast ends unless minutes are credited, once few are left; null otherwise, and for viewers. */
  readonly minutesEndAt: Timestamp | null
}

/** A moderator, or a person under a sanction. */
export interface RoomMember extends Pick<Sanction, 'userId' | 'until' | 'reason' | 'by'> {
  readonly kind: 'moderator' | SanctionKind
  readonly at: Timestamp | null
}

/** Who is what in a room. Each act may be repeated. @throws not_found, forbidden, sanction_limit */
export function makeMemberUseCases ({ clock, openRoom, personIn, video = null }: MemberPorts) {
  return {
    setModerator: async ({ caller, roomId, ...draft }: RoomCommand & { readonly userId: string, readonly isModerator: boolean }): Promise<void> => {
      const feed = await openRoom(roomId)
      await feed.submit((state, at) => {
        const entry = admitRole(state, draft, personIn(state, caller), at)
        return entry === null ? { kind: 'nothing' } : { kind: 'write', entry }
      })
    },

    setSanction: async ({ caller, roomId, userId, kind, isOn, minutes, reason }: SetSanctionCommand): Promise<void> => {
      const feed = await openRoom(roomId)
      await feed.submit((state, at) => {
        const entry = admitSanction(state, { userId, kind, isOn, minutes, reason }, personIn(state, caller), at)
        return entry === null ? { kind: 'nothing' } : { kind: 'write', entry }
      })
      if (kind === 'ban' && isOn) await video?.removeParticipant(roomId, userId)
    },

    listRoomMembers: async ({ caller, roomId, kind }: RoomCommand & Pick<RoomMember, 'kind'>): Promise<RoomMember[]> => {
      const feed = await openRoom(roomId)
      await feed.catchUp()
      requireRole(feed.state, personIn(feed.state, caller), ...MODERATING)
      if (kind === 'moderator') return [...feed.state.moderators].map((userId) => ({ userId, kind, until: null, reason: null, by: null, at: null }))
      return sanctionsOf(feed.state, kind, clock())
    },

    getStanding: async ({ caller, roomId, userId }: RoomCommand & { readonly userId: string }): Promise<Standing> => {
      const feed = await openRoom(roomId)
      await feed.catchUp()
      const now = clock()
      const mute = feed.state.sanctionOf(userId, 'mute', now)
      const ban = feed.state.sanctionOf(userId, 'ban', now)
      const role = roleOf(feed.state, personIn(feed.state, caller))
      return {
        role,
        muted: mute !== null,
        mutedUntil: mute?.until ?? null,
        banned: ban !== null,
        bannedUntil: ban?.until ?? null,
        words: role === 'viewer' ? null : feed.state.settings.words,
        minutesEndAt: role === 'viewer' ? null : minutesEnd(feed.state, now),
      }
    },
  }
}

function minutesEnd ({ status, minutes }: RoomState, now: Timestamp): Timestamp | null {
  return status === 'live' && minutes !== null && minutes.endsAt > now ? minutes.endsAt : null
}
