import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { ChannelSnapshot } from '#domain/channels/channel-state.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { Together } from '#application/ports/room-stores.js'
import { AS_IS, Conflict, type WriteKind } from './write-kind.js'

/** One key for all: the lists of a person are of many channels. */
export const CHANNELS = 'channels'

/** A page of a channel with what was written in the same step, in memory mode. An outage of DynamoDB takes none. */
export const channelPage: WriteKind<{ readonly page: FeedPage<ChannelEntry>, readonly together: Together<ChannelSnapshot> }> = {
  key: () => CHANNELS,
  subject: (write) => write.page.feedId,
  carryOut: async (write, { channelFeeds }) => {
    const { kind } = await channelFeeds.append(write.page, write.together)
    if (kind !== 'appended') throw new Conflict('another page came first under this number')
  },
  shown: () => ({}),
  stored: AS_IS,
}

/** How far a member has read. */
export const channelRead: WriteKind<{ readonly channelId: string, readonly userId: string, readonly count: number }> = {
  key: () => CHANNELS,
  subject: (write) => write.channelId,
  carryOut: async ({ channelId, userId, count }, { channels }) => { await channels.markRead(channelId, userId, count) },
  shown: () => ({}),
  stored: AS_IS,
}
