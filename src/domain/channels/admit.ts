import { DomainError } from '../errors.js'
import type { MessagePlace, Position } from '../rooms/room.js'
import type { Amendment } from '../rooms/room-entry.js'
import { deletionOf } from '../rooms/writing.js'
import { showsSomething } from '../text.js'
import type { Timestamp } from '../time.js'
import { CHANNEL_BANS_MAX, CHANNEL_MEMBERS_MAX, CHANNEL_TEXT_MAX_CHARACTERS, type ChannelRole, type GivenRole } from './channel.js'
import type { ChannelChangeEntry, ChannelEntry, ChannelMemberEntry, ChannelMessageEntry } from './channel-entry.js'
import { isMember, type ChannelState } from './channel-state.js'

/** A caller, as a channel knows them. */
export interface ChannelPerson {
  /** Null for the shared token of the operators. */
  readonly userId: string | null
  readonly isAdmin: boolean
}

type Power = ChannelRole | 'admin' | null

/** What the person is in the channel. @throws not_found for who must not know that it exists */
export function requireSight (state: ChannelState, { userId, isAdmin }: ChannelPerson): Power {
  const role = state.roleOf(userId)
  const { kind, isDeleted } = state.channel
  if (isDeleted || !(isAdmin || kind === 'public' || isMember(role))) throw noChannel()
  return isAdmin ? 'admin' : role
}

export function noChannel (): DomainError {
  return new DomainError('not_found', 'there is no such channel')
}

/** @throws not_found, forbidden */
export function requirePower (state: ChannelState, person: ChannelPerson, ...powers: readonly Power[]): Power {
  const power = requireSight(state, person)
  if (!powers.includes(power)) throw forbidden()
  return power
}

const OWNING = ['owner', 'admin'] as const
export const RULING = ['moderator', 'owner', 'admin'] as const

function forbidden (): DomainError {
  return new DomainError('forbidden', 'your role in the channel does not allow this')
}

/** @throws not_found, forbidden, version_conflict */
export function admitEdit (state: ChannelState, { version, name }: { readonly version: number, readonly name: string }, person: ChannelPerson, at: Timestamp): ChannelChangeEntry {
  requirePower(state, person, ...OWNING)
  const { channel } = state
  if (channel.version !== version) throw new DomainError('version_conflict', `the channel has version ${channel.version}`)
  return { type: 'channel', at, channel: { ...channel, name, updatedAt: at, version: version + 1 }, by: person.userId }
}

/** Null where it is deleted already. @throws not_found, forbidden */
export function admitEnd (state: ChannelState, person: ChannelPerson, at: Timestamp): ChannelChangeEntry | null {
  const { channel } = state
  if (channel.isDeleted && (person.isAdmin || person.userId === channel.ownerId)) return null
  requirePower(state, person, ...OWNING)
  return { type: 'channel', at, channel: { ...channel, isDeleted: true, updatedAt: at, version: channel.version + 1 }, by: person.userId }
}

/** Null where they are a member already. @throws not_found, banned, channel_full */
export function admitJoin (state: ChannelState, userId: string, at: Timestamp): ChannelMemberEntry | null {
  const role = requireSight(state, { userId, isAdmin: false })
  if (role === 'banned') throw banned()
  if (role !== null) return null
  requireSeat(state)
  return { type: 'member', at, userId, role: 'member', by: userId }
}

/** Null where they are none. @throws not_found, forbidden */
export function admitLeave (state: ChannelState, userId: string, at: Timestamp): ChannelMemberEntry | null {
  const role = requireSight(state, { userId, isAdmin: false })
  if (role === 'owner') throw forbidden()
  return isMember(role as ChannelRole | null) ? { type: 'member', at, userId, role: null, by: userId } : null
}

/** Null where nothing changes. @throws not_found, forbidden, channel_full, sanction_limit */
export function admitMember (state: ChannelState, { userId, role }: { readonly userId: string, readonly role: GivenRole | null }, person: ChannelPerson, at: Timestamp): ChannelMemberEntry | null {
  const power = requirePower(state, person, ...RULING)
  const before = state.roleOf(userId)
  if (before === 'owner' || (power === 'moderator' && (before === 'moderator' || role === 'moderator'))) throw forbidden()
  if (before === role) return null
  if (isMember(role) && !isMember(before)) requireSeat(state)
  if (role === 'banned' && state.banned >= CHANNEL_BANS_MAX) throw new DomainError('sanction_limit', `a channel bans at most ${CHANNEL_BANS_MAX} people; lift some first`)
  return { type: 'member', at, userId, role, by: person.userId }
}

function requireSeat ({ channel: { memberCount } }: ChannelState): void {
  if (memberCount >= CHANNEL_MEMBERS_MAX) throw new DomainError('channel_full', `a channel has at most ${CHANNEL_MEMBERS_MAX} members`)
}

export function banned (): DomainError {
  return new DomainError('banned', 'you are banned from this channel')
}

export interface ChannelMessageDraft {
  readonly userId: string
  readonly messageId: string
  readonly text: string
  readonly replyTo: MessagePlace | null
}

/** The entry of a new message. @throws not_found, message_length, banned, forbidden for who is no member */
export function admitChannelMessage (state: ChannelState, { userId, messageId, text, replyTo }: ChannelMessageDraft, at: Timestamp): ChannelMessageEntry {
  const role = requireSight(state, { userId, isAdmin: false })
  if (role === 'banned') throw banned()
  if (role === null) throw new DomainError('forbidden', 'join the channel to write in it')
  if (!showsSomething(text) || (text.length > CHANNEL_TEXT_MAX_CHARACTERS && Array.from(text).length > CHANNEL_TEXT_MAX_CHARACTERS)) {
    throw new DomainError('message_length', `a message has 1 to ${CHANNEL_TEXT_MAX_CHARACTERS} characters, of which one shows`)
  }
  return { type: 'message', at, messageId, number: state.channel.messageCount + 1, senderId: userId, text, replyTo }
}

/** Null where it is deleted already. A moderator deletes all but what the owner wrote. @throws not_found, forbidden */
export function admitChannelDeletion (
  state: ChannelState, { messageId, senderId, text }: ChannelMessageEntry, position: Position, person: ChannelPerson, at: Timestamp
): { readonly entry: ChannelEntry, readonly amendment: Amendment } | null {
  const power = requireSight(state, person)
  const mayDelete = power === 'owner' || power === 'admin' || senderId === person.userId || (power === 'moderator' && senderId !== state.channel.ownerId)
  if (!mayDelete) throw forbidden()
  if (text === null) return null
  return deletionOf({ messageId, position }, person.userId, at)
}
