import type { Channel } from '#domain/channels/channel.js'
import { channelFeedIdOf } from '#domain/channels/channel-entry.js'
import { allSettledOrThrow } from '../turns.js'
import type { ChannelPorts } from './change-channel.js'

/** Channels of one run, and pages of each: a page has up to 64 KiB. */
const CHANNELS_AT_ONCE = 10
const PAGES_AT_ONCE = 100

/**
 * One run of the job: removes pages of deleted channels, oldest first. Returns whether more may be there. The page of the deletion itself stays, without a text: a node
 * that has not read it yet meets it, whatever it would have written.
 *
 * @throws the first error, once all channels had their turn
 */
export function makeClearChannels ({ channels, channelFeeds }: Pick<ChannelPorts, 'channels' | 'channelFeeds'>) {
  return async function clearChannels (): Promise<boolean> {
    const deleted = await channels.listDeleted(CHANNELS_AT_ONCE)
    await allSettledOrThrow(deleted.map(clear))
    return deleted.length > 0
  }

  async function clear ({ channelId }: Channel): Promise<void> {
    if (await channelFeeds.removeOld(channelFeedIdOf(channelId), PAGES_AT_ONCE)) await channels.endDeletion(channelId)
  }
}
