import type { MessagePlace } from '../rooms/room.js'
import type { DeletionEntry } from '../rooms/room-entry.js'
import type { Timestamp } from '../time.js'
import type { Channel, ChannelRole } from './channel.js'

/** A version of the channel. */
export interface ChannelChangeEntry {
  readonly type: 'channel'
  readonly at: Timestamp
  readonly channel: Channel
  readonly by: string | null
}

export interface ChannelMemberEntry {
  readonly type: 'member'
  readonly at: Timestamp
  readonly userId: string
  /** Null: neither a member nor banned. */
  readonly role: ChannelRole | null
  readonly by: string | null
}

export interface ChannelMessageEntry {
  readonly type: 'message'
  readonly at: Timestamp
  readonly messageId: string
  /** Which message of the channel it is, from 1. */
  readonly number: number
  readonly senderId: string
  /** Null once the message is deleted. */
  readonly text: string | null
  readonly replyTo: MessagePlace | null
}

/** What happens in a channel, in the order of its feed. `by` is who did it, null for the shared token of the operators. */
export type ChannelEntry = ChannelChangeEntry | ChannelMemberEntry | ChannelMessageEntry | DeletionEntry

export function channelFeedIdOf (channelId: string): string {
  return `channel#${channelId}`
}
