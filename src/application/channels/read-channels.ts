import type { Caller } from '#domain/accounts/session.js'
import { noChannel, requirePower, RULING } from '#domain/channels/admit.js'
import { unreadOf, type Channel, type ChannelMember } from '#domain/channels/channel.js'
import { channelFeedIdOf, type ChannelEntry, type ChannelMessageEntry } from '#domain/channels/channel-entry.js'
import { isMember, type ChannelSnapshot, type Standing } from '#domain/channels/channel-state.js'
import { DomainError } from '#domain/errors.js'
import { fold } from '#domain/fold.js'
import type { Position } from '#domain/rooms/room.js'
import { createdKey } from '#domain/time.js'
import { newestEntries, type History, type Placed } from '../feeds/history.js'
import { FilteredPage, type Page, type PageRequest } from '../ports/page.js'
import type { FeedStore } from '../ports/room-stores.js'
import { personOf, type ChannelCommand, type ChannelPorts, type OwnChannelCommand } from './change-channel.js'

/** A channel, and the row of the caller in it; null for who is no member. */
export interface SeenChannel {
  readonly channel: Channel
  readonly member: ChannelMember | null
}

export type PlacedMessage = Placed<ChannelMessageEntry>

export interface ListedMember extends Standing {
  readonly userId: string
}

/** Rows that a list with a filter reads at once. */
const READ_ROWS = 100

/** The messages of a channel. */
function messagesOf (feeds: FeedStore<ChannelEntry, ChannelSnapshot>, channelId: string): History<ChannelEntry, ChannelMessageEntry, ChannelSnapshot> {
  return { feeds, feedId: channelFeedIdOf(channelId), isShown: (entry) => entry.type === 'message' }
}

/** The message at this place. @throws not_found where it has another id, if one is named */
export async function channelMessageAt (feeds: FeedStore<ChannelEntry, ChannelSnapshot>, channelId: string, { page, index }: Position, messageId: string | null): Promise<ChannelMessageEntry> {
  const entry = (await feeds.find(channelFeedIdOf(channelId), page))?.entries[index]
  if (entry?.type !== 'message' || (messageId !== null && entry.messageId !== messageId)) throw new DomainError('not_found', 'there is no such message at this position')
  return entry
}

export function makeReadChannels ({ channels, channelFeeds, openChannel }: Pick<ChannelPorts, 'channels' | 'channelFeeds' | 'openChannel'>) {
  /** By the rows alone: what everyone who may see a channel sees of it needs no fold. @throws not_found */
  async function seenBy ({ userId, admin }: Pick<Caller, 'userId' | 'admin'>, channelId: string): Promise<SeenChannel> {
    const [channel, member] = await Promise.all([channels.find(channelId), userId === null ? null : channels.findMember(channelId, userId)])
    if (channel === null || channel.isDeleted || !(admin || channel.kind === 'public' || member !== null)) throw noChannel()
    return { channel, member }
  }

  return {
    /** @throws not_found */
    getChannel: async ({ caller, channelId }: ChannelCommand): Promise<SeenChannel> => await seenBy(caller, channelId),

    /** The channels of a person, in the falling order of their ids: one read for the members' rows, and one for the channels. */
    listChannelsOf: async ({ userId, ...page }: PageRequest & { readonly userId: string }): Promise<Page<SeenChannel>> => {
      const { items: members, nextKey } = await channels.listOfUser(userId, page)
      const found = new Map((await channels.findMany(members.map(({ channelId }) => channelId))).map((channel) => [channel.channelId, channel]))
      return {
        items: members.flatMap((member) => {
          const channel = found.get(member.channelId)
          return channel === undefined || channel.isDeleted ? [] : [{ channel, member }]
        }),
        nextKey,
      }
    },

    /** The public channels whose name holds this, newest first. Channels are looked through; see `FilteredPage`. */
    listPublicChannels: async ({ q, ...page }: PageRequest & { readonly q: string | null }): Promise<Page<SeenChannel>> => {
      const wanted = fold(q ?? '')
      const found = new FilteredPage<SeenChannel>(page, ({ channel }) => fold(channel.name).includes(wanted))
      let { before } = page
      for (;;) {
        const { items, nextKey } = await channels.listPublic({ before, limit: q === null ? page.limit : READ_ROWS })
        for (const channel of items) if (!found.examine(createdKey(channel.createdAt, channel.channelId), { channel, member: null })) return found.unfinished()
        if (nextKey === null || q === null) return found.upTo(nextKey)
        before = nextKey
      }
    },

    /** Members, for members; or those whom the channel bans, for moderators; by their ids. @throws not_found, forbidden */
    listChannelMembers: async ({ caller, channelId, isBanned, before, limit }: ChannelCommand & PageRequest & { readonly isBanned: boolean }): Promise<Page<ListedMember>> => {
      const feed = await openChannel(channelId)
      await feed.catchUp()
      requirePower(feed.state, personOf(caller), ...RULING, ...(isBanned ? [] : ['member'] as const))
      const all = feed.state.standings.entries().filter(([userId, { role }]) => isMember(role) !== isBanned && (before === null || userId > before)).toArray()
      const items = all.sort(([one], [other]) => one < other ? -1 : 1).slice(0, limit).map(([userId, standing]) => ({ userId, ...standing }))
      const [last] = all.length > limit ? items.slice(-1) : []
      return { items, nextKey: last?.userId ?? null }
    },

    /** Newest first. @throws not_found, invalid_cursor */
    listChannelMessages: async ({ caller, channelId, ...page }: ChannelCommand & PageRequest): Promise<Page<PlacedMessage>> => {
      await seenBy(caller, channelId)
      return await newestEntries(messagesOf(channelFeeds, channelId), page)
    },

    /** Marks the message at this position, and all before it, as read. Answers how many are left. @throws not_found, forbidden for who is no member */
    readChannel: async ({ userId, channelId, position }: OwnChannelCommand & { readonly position: Position }): Promise<number> => {
      const { member } = await seenBy({ userId, admin: false }, channelId)
      if (member === null) throw new DomainError('forbidden', 'join the channel to keep how far you have read')
      const { number } = await channelMessageAt(channelFeeds, channelId, position, null)
      await channels.markRead(channelId, userId, number)
      const { channel, member: after } = await seenBy({ userId, admin: false }, channelId)
      return after === null ? 0 : unreadOf(channel, after)
    },
  }
}
