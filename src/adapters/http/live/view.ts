import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { FeedPage, RoomEntry } from '#domain/rooms/room-entry.js'
import { channelMessageView } from '../channels/view.js'
import { messageView, positionText } from '../rooms/view.js'
import { ALL, type LiveView } from './live-feeds.js'

/** What everyone sees of a room: as the chat shows it, and what changes it. Whom moderators sanction, and who reports, is in no page. */
export const roomLiveView: LiveView<RoomEntry> = {
  page: ({ feedId, page, entries }) => ({ roomId: idIn(feedId), page, entries: entries.flatMap((entry, index) => roomEntryView(entry, page, index)) }),
  isShown: ({ type }) => type === 'message' || type === 'announcement' || type === 'order',
  removes: (entry) => entry.type === 'sanction' && entry.kind === 'ban' && entry.isOn ? entry.userId : null,
}

function roomEntryView (entry: RoomEntry, page: number, index: number): object[] {
  const { at: createdAt } = entry
  switch (entry.type) {
    case 'message':
    case 'announcement':
    case 'order': return [messageView({ entry, position: { page, index } })]
    case 'message.deleted': return [{ kind: 'deleted', messageId: entry.messageId, position: positionText(entry.position), createdAt }]
    case 'room': return [{ kind: 'room', status: entry.status, version: entry.version, createdAt }]
    default: return []
  }
}

/** What everyone sees of a channel who may read it. */
export const channelLiveView: LiveView<ChannelEntry> = {
  page: ({ feedId, page, entries }: FeedPage<ChannelEntry>) =>
    ({ channelId: idIn(feedId), page, entries: entries.flatMap((entry, index) => channelEntryView(entry, page, index)) }),
  isShown: ({ type }) => type === 'message',
  removes: (entry) => {
    if (entry.type === 'channel') return entry.channel.isDeleted ? ALL : null
    return entry.type === 'member' && (entry.role === null || entry.role === 'banned') ? entry.userId : null
  },
}

function channelEntryView (entry: ChannelEntry, page: number, index: number): object[] {
  const { at: createdAt } = entry
  switch (entry.type) {
    case 'message': return [{ kind: 'message', ...channelMessageView({ entry, position: { page, index } }) }]
    case 'message.deleted': return [{ kind: 'deleted', messageId: entry.messageId, position: positionText(entry.position), createdAt }]
    case 'channel': return [{ kind: 'channel', name: entry.channel.name, version: entry.channel.version, createdAt }]
    case 'member': return [{ kind: 'member', userId: entry.userId, role: entry.role, createdAt }]
    default: return []
  }
}

function idIn (feedId: string): string {
  return feedId.slice(feedId.indexOf('#') + 1)
}
