import { admitChannelDeletion, admitChannelMessage } from '#domain/channels/admit.js'
import type { ChannelMessageEntry } from '#domain/channels/channel-entry.js'
import { DomainError } from '#domain/errors.js'
import type { MessagePlace, Position } from '#domain/rooms/room.js'
import type { Result } from '../feeds/feed.js'
import { channelWith, personOf, type ChannelCommand, type ChannelPorts, type OwnChannelCommand } from './change-channel.js'
import { channelMessageAt, type PlacedMessage } from './read-channels.js'

export interface SendChannelMessageCommand extends OwnChannelCommand {
  readonly text: string
  readonly replyTo: MessagePlace | null
  /** The idempotency key; null makes every request a new message. */
  readonly key: string | null
}

export interface SentChannelMessage extends PlacedMessage {
  readonly replayed: boolean
}

export function makeChannelMessages ({ channelFeeds, identity, openChannel }: Pick<ChannelPorts, 'channelFeeds' | 'identity' | 'openChannel'>) {
  return {
    /** Sends a message, once for a key, and counts it as read by its sender. @throws what `admitChannelMessage` throws; not_found also for the message of a reply; idempotency_key_reused */
    sendChannelMessage: async ({ userId, channelId, text, replyTo, key }: SendChannelMessageCommand): Promise<SentChannelMessage> => {
      const feed = await openChannel(channelId)
      const messageId = key === null ? identity.random('msg') : identity.derived('msg', ['channel', channelId, userId, key])
      if (replyTo !== null) await channelMessageAt(channelFeeds, channelId, replyTo.position, replyTo.messageId)
      const result = await feed.submit((state, at) => {
        const sent = state.sent.get(messageId)
        if (sent !== null) return { kind: 'repeat', position: sent.position }
        const entry = admitChannelMessage(state, { userId, messageId, text, replyTo }, at)
        return { kind: 'write', entry, together: { channel: channelWith(state, entry), members: [{ channelId, userId, fields: { readCount: entry.number } }] } }
      })
      if (result.kind === 'written') return { entry: result.entry as ChannelMessageEntry, position: result.position, replayed: false }
      const { position } = result as Extract<Result<never>, { readonly position: Position }>
      const entry = await channelMessageAt(channelFeeds, channelId, position, messageId)
      // A deleted message has no text to compare with.
      const isSame = (entry.text === null || entry.text === text) && entry.replyTo?.messageId === replyTo?.messageId
      if (!isSame) throw new DomainError('idempotency_key_reused', 'you used this key before, with another message')
      return { entry, position, replayed: true }
    },

    /** Clears the text of a message, in its page too. @throws not_found, forbidden */
    deleteChannelMessage: async ({ caller, channelId, messageId, position }: ChannelCommand & MessagePlace): Promise<void> => {
      const feed = await openChannel(channelId)
      const message = await channelMessageAt(channelFeeds, channelId, position, messageId)
      await feed.submit((state, at) => {
        const amending = admitChannelDeletion(state, message, position, personOf(caller), at)
        return amending === null ? { kind: 'nothing' } : { kind: 'write', entry: amending.entry, together: { amendment: amending.amendment } }
      }, true)
    },
  }
}
