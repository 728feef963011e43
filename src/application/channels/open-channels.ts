import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import { channelFeedIdOf } from '#domain/channels/channel-entry.js'
import { ChannelState, type ChannelSnapshot } from '#domain/channels/channel-state.js'
import { Feed, type FeedPorts } from '../feeds/feed.js'
import { keepingOpen } from '../feeds/open-feeds.js'

export type ChannelFeed = Feed<ChannelState, ChannelEntry, ChannelSnapshot>

/** Opens the feed of a channel once for this process. @throws not_found */
export type OpenChannel = (channelId: string) => Promise<ChannelFeed>

export function makeOpenChannel (ports: FeedPorts<ChannelEntry, ChannelSnapshot>): OpenChannel {
  return keepingOpen(async (channelId) => await Feed.open(ChannelState, ports, channelFeedIdOf(channelId)))
}
