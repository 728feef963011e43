import type { Timestamp } from '../time.js'
import type { MessagePlace, Room, RoomSettings, RoomStatus } from './room.js'

export const ROOM_ROLES = ['viewer', 'moderator', 'owner', 'admin'] as const
export type RoomRole = typeof ROOM_ROLES[number]

export const SANCTION_KINDS = ['mute', 'ban'] as const
export type SanctionKind = typeof SANCTION_KINDS[number]

export const REPORT_REASONS = ['spam', 'abuse', 'fraud', 'other'] as const

export interface MessageEntry {
  readonly type: 'message'
  readonly at: Timestamp
  readonly messageId: string
  readonly senderId: string
  /** Of the sender, when they sent it. */
  readonly role: RoomRole
  /** Null once the message is deleted. */
  readonly text: string | null
  readonly replyTo: MessagePlace | null
  /** Whether people reported it so often that viewers do not see it until a moderator looks. */
  readonly isHidden: boolean
}

export interface AnnouncementEntry {
  readonly type: 'announcement'
  readonly at: Timestamp
  readonly messageId: string
  /** Null once the account of its author is deleted. */
  readonly text: string | null
  readonly by: string | null
}

/** A change of the row of the room, which is written in the same step. */
export interface RoomChangeEntry {
  readonly type: 'room'
  readonly at: Timestamp
  readonly streamerId: string
  readonly version: number
  readonly status: RoomStatus
  readonly settings: RoomSettings
}

export interface RoleEntry {
  readonly type: 'role'
  readonly at: Timestamp
  readonly userId: string
  readonly isModerator: boolean
  readonly by: string | null
}

export interface SanctionEntry {
  readonly type: 'sanction'
  readonly at: Timestamp
  readonly userId: string
  readonly kind: SanctionKind
  /** Whether it begins here; else it ends. */
  readonly isOn: boolean
  /** Null: until it is lifted. */
  readonly until: Timestamp | null
  readonly reason: string | null
  readonly by: string | null
}

/** The text of the message is cleared from its page in the same step. */
export interface DeletionEntry extends MessagePlace {
  readonly type: 'message.deleted'
  readonly at: Timestamp
  readonly by: string | null
}

export interface Report {
  readonly userId: string
  readonly reason: typeof REPORT_REASONS[number]
  readonly note: string | null
}

/** Where it hides the message, the message is marked in its page in the same step. */
export interface ReportEntry extends Report, MessagePlace {
  readonly type: 'report'
  readonly at: Timestamp
  /** The sender of the message. */
  readonly senderId: string
}

/** A moderator has looked at the reports of a message. */
export interface ResolutionEntry {
  readonly type: 'report.resolved'
  readonly at: Timestamp
  readonly messageId: string
  readonly by: string | null
}

/** Something was bought. */
export interface OrderEntry {
  readonly type: 'order'
  readonly at: Timestamp
  /** Derived from the event of the payment, so that a repeat is recognised. */
  readonly messageId: string
  readonly productId: string | null
  readonly units: number
}

/** The minutes of the streamer are nearly used up. */
export interface MinutesEntry {
  readonly type: 'minutes'
  readonly at: Timestamp
  readonly left: number
  /** When the broadcast ends, unless minutes are credited. */
  readonly endsAt: Timestamp
}

/** The minutes up to this moment are being charged. What follows has a later time, the end too: no clock of another node can make it end before. */
export interface MeteredEntry {
  readonly type: 'metered'
  readonly at: Timestamp
}

/** What happens in a room, in the order of its feed. `by` is who did it, null for the shared token of the operators. */
export type RoomEntry = MessageEntry | AnnouncementEntry | RoomChangeEntry | RoleEntry | SanctionEntry | DeletionEntry | ReportEntry | ResolutionEntry | MinutesEntry | MeteredEntry | OrderEntry

/** A change of a message in its page. */
export interface Amendment extends MessagePlace {
  readonly fields: Partial<Pick<MessageEntry, 'text' | 'isHidden'>>
}

/** The entries that were stored in one step. */
export interface FeedPage<Entry = RoomEntry> {
  readonly feedId: string
  /** The number of the page. Numbers are dense and begin at 1. */
  readonly page: number
  readonly entries: readonly Entry[]
  /** Names the write, so that a repeat whose first answer was lost recognises its own page. */
  readonly writer: string
  readonly writtenAt: Timestamp
  /** The page is absent from this moment on; without it, never. */
  readonly expiresAt?: Timestamp
}

/** Entries of one page, and the size of their JSON: a row of DynamoDB takes 400 KB. */
export const PAGE_ENTRIES_MAX = 250
export const PAGE_MAX_BYTES = 64 * 1024

export function roomChanged ({ streamerId, version, status, settings }: Room, at: Timestamp): RoomChangeEntry {
  return { type: 'room', at, streamerId, version, status, settings }
}

export function feedIdOf (roomId: string): string {
  return `room#${roomId}`
}
