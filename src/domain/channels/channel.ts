import type { Timestamp } from '../time.js'

export const CHANNEL_KINDS = ['public', 'private'] as const
export type ChannelKind = typeof CHANNEL_KINDS[number]

/** A banned person is no member, and becomes none until the ban is lifted. */
export const CHANNEL_ROLES = ['owner', 'moderator', 'member', 'banned'] as const
export type ChannelRole = typeof CHANNEL_ROLES[number]
export type GivenRole = Exclude<ChannelRole, 'owner'>

export const CHANNEL_MEMBERS_MAX = 1000
export const CHANNEL_BANS_MAX = 500
export const CHANNEL_TEXT_MAX_CHARACTERS = 4000

/** A lasting group. Its row is written with each page of its feed, and follows from the entries. */
export interface Channel {
  readonly channelId: string
  readonly name: string
  /** Everyone who is signed in finds, reads and joins a public one. A private one exists for its members alone. */
  readonly kind: ChannelKind
  readonly ownerId: string
  readonly memberCount: number
  /** All messages, deleted ones too. */
  readonly messageCount: number
  readonly lastMessageAt: Timestamp | null
  /** Nothing returns from it. */
  readonly isDeleted: boolean
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Grows by one with each edit; 1 at first. */
  readonly version: number
  /** Digest of the request that created it. */
  readonly fingerprint: string
}

/** A member, as their row says it. */
export interface ChannelMember {
  readonly channelId: string
  readonly userId: string
  readonly role: ChannelRole
  readonly since: Timestamp
  /** The number of the last message that they have read. */
  readonly readCount: number
}

/** What a page changes in the row of a member; null removes it. */
export interface MemberChange {
  readonly channelId: string
  readonly userId: string
  readonly fields: Partial<Pick<ChannelMember, 'role' | 'since' | 'readCount'>> | null
}

export function newChannel (draft: Pick<Channel, 'channelId' | 'name' | 'kind' | 'ownerId' | 'fingerprint'>, now: Timestamp): Channel {
  return { ...draft, memberCount: 0, messageCount: 0, lastMessageAt: null, isDeleted: false, createdAt: now, updatedAt: now, version: 1 }
}

/** One change for each member, where several follow each other. */
export function mergedChanges (changes: readonly MemberChange[]): MemberChange[] {
  const merged = new Map<string, MemberChange>()
  for (const change of changes) {
    const before = merged.get(change.userId)?.fields
    merged.set(change.userId, { ...change, fields: change.fields === null ? null : { ...before, ...change.fields } })
  }
  return [...merged.values()]
}

/** Messages that a member has not read. */
export function unreadOf ({ messageCount }: Channel, { readCount }: ChannelMember): number {
  return Math.max(0, messageCount - readCount)
}
