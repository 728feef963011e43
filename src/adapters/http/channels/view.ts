import type { Static } from '@sinclair/typebox'
import { unreadOf } from '#domain/channels/channel.js'
import type { PlacedMessage, SeenChannel } from '#application/channels/read-channels.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { positionText } from '../rooms/view.js'
import type { Channel, ChannelMessage } from './schemas.js'

export function channelView ({ channel, member }: SeenChannel): Static<typeof Channel> {
  return { ...channel, you: member === null ? null : { role: member.role, unread: unreadOf(channel, member) } }
}

export function channelMessageView ({ entry: { messageId, number, senderId, text, replyTo, at }, position }: PlacedMessage): Static<typeof ChannelMessage> {
  return {
    messageId,
    position: positionText(position),
    number,
    senderId,
    text,
    replyTo: replyTo === null ? null : { messageId: replyTo.messageId, position: positionText(replyTo.position) },
    createdAt: at,
  }
}

/** A list whose keys are bare ids, for cursors, whose keys name what they are. */
export function byId<T> (read: (page: PageRequest) => Promise<Page<T>>): (page: PageRequest) => Promise<Page<T>> {
  return async ({ before, limit }) => {
    const { items, nextKey } = await read({ before: before === null ? null : before.slice(ID.length), limit })
    return { items, nextKey: nextKey === null ? null : `${ID}${nextKey}` }
  }
}

const ID = 'id#'
