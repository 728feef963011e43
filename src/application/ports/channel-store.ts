import type { Channel, ChannelMember } from '#domain/channels/channel.js'
import type { Page, PageRequest } from './page.js'

/** Channels and their members. They change with a page of their feed; see `FeedStore.append`. @throws store_unavailable, store_busy from every method; see `Stores` */
export interface ChannelStore {
  /** The channel as the last page left it, deleted or not. */
  find: (channelId: string) => Promise<Channel | null>

  /** The channels of these ids, which differ, in any order. */
  findMany: (channelIds: readonly string[]) => Promise<readonly Channel[]>

  /** The public channels that are not deleted, newest first. */
  listPublic: (page: PageRequest) => Promise<Page<Channel>>

  /** Channels that are deleted and may have pages. */
  listDeleted: (limit: number) => Promise<readonly Channel[]>

  /** Takes a deleted channel from the list of those. */
  endDeletion: (channelId: string) => Promise<void>

  findMember: (channelId: string, userId: string) => Promise<ChannelMember | null>

  /** In the falling order of the ids of the channels, which are the keys. It sees every page that was appended before. */
  listOfUser: (userId: string, page: PageRequest) => Promise<Page<ChannelMember>>

  /** Moves the mark of a member forward to this number; where it is further, or there is no such member, nothing changes. */
  markRead: (channelId: string, userId: string, count: number) => Promise<void>
}
