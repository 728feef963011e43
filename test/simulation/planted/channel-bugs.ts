import { withMethods } from '#adapters/durability/proxy.js'
import { makeChangeChannel } from '#application/channels/change-channel.js'
import { makeChannelMessages } from '#application/channels/channel-messages.js'
import { makeOpenChannel, type OpenChannel } from '#application/channels/open-channels.js'
import type { Decide } from '#application/feeds/feed.js'
import type { Stores } from '#application/ports/stores.js'
import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { ChannelSnapshot, ChannelState } from '#domain/channels/channel-state.js'
import { LayeredMap } from '#domain/rooms/layered-map.js'
import { instead, type PlantedBug } from './planted-bug.js'

type DecideChannel = Decide<ChannelState, ChannelEntry, ChannelSnapshot>

/** Decisions about messages and members that are made otherwise. `bend` runs once for a process. */
const onDecisions = (name: string, bend: () => (decide: DecideChannel) => DecideChannel): PlantedBug => ({
  name,
  useCases: (_useCases, ports) => {
    const open = makeOpenChannel({ ...ports, feeds: ports.channelFeeds })
    const bent = bend()
    const openChannel: OpenChannel = async (channelId) => {
      const feed = await open(channelId)
      return withMethods(feed, { submit: async (decide, isAlone) => await feed.submit(bent(decide), isAlone) })
    }
    const all = { ...ports, openChannel }
    return { ...makeChangeChannel(all), ...makeChannelMessages(all) }
  },
})

const onFeeds = (name: string, change: (feeds: Stores['channelFeeds']) => Partial<Stores['channelFeeds']>): PlantedBug =>
  ({ name, ports: ({ channelFeeds }) => ({ channelFeeds: instead(channelFeeds, change(channelFeeds)) }) })

/** Bugs in channels. */
export const CHANNEL_BUGS: readonly PlantedBug[] = [
  onDecisions('a removed member whom a node still takes for one', () => {
    const members = new Set<string>()
    return (decide) => (state, at) => decide(withMethods(state, {
      roleOf: (userId) => {
        const role = state.roleOf(userId)
        const key = `${state.channel.channelId} ${userId}`
        if (role === 'member') members.add(key)
        return role === null && members.has(key) ? 'member' : role
      },
    }), at)
  }),
  onDecisions('a repeat in a channel that is not looked for', () => (decide) => (state, at) => decide(withMethods(state, { sent: new LayeredMap() }), at)),
  onFeeds('the mark of a writer that is left where it was', (feeds) => ({
    append: async (page, { members = [], ...together } = {}) => await feeds.append(page, { ...together, members: members.filter(({ fields }) => fields === null || fields.role !== undefined) }),
  })),
  {
    name: 'a mark of reading in a channel that is only promised',
    ports: ({ channels }) => ({ channels: instead(channels, { markRead: async () => {} }) }),
  },
  {
    name: 'a deleted channel whose row refuses nothing',
    store: ({ channelFeeds }) => ({
      channelFeeds: withMethods(channelFeeds, {
        append: async (page, { channel, ...together } = {}) => {
          const appended = await channelFeeds.append(page, { ...together, ...(channel !== undefined && { channel }) })
          return appended.kind === 'channel_deleted' ? await channelFeeds.append(page, together) : appended
        },
      }),
    }),
  },
  {
    name: 'pages of a deleted channel that stay',
    ports: ({ channelFeeds }) => ({ channelFeeds: instead(channelFeeds, { removeOld: async () => true }) }),
  },
]
