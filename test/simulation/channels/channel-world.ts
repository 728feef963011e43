import { withMethods } from '#adapters/durability/proxy.js'
import { identity } from '#adapters/system/system.js'
import { makeOpenChannel } from '#application/channels/open-channels.js'
import { makeChannelUseCases } from '#application/channels/use-cases.js'
import type { Stores } from '#application/ports/stores.js'
import { momentOf, never, type Context } from '../context.js'
import { Random } from '../random.js'

/** How many lives have channels. */
const WITH_CHANNELS = 0.15
/** People who are in channels, the first of whom owns them. */
export const CHANNEL_PEOPLE = ['lale', 'murat', 'nil', 'okan', 'pelin']
export const CHANNEL_OWNER = 'lale'

/** Drawn from numbers of its own, so that a life without channels is the one that it would be if there were none. */
export function hasChannels (seed: number): boolean {
  return new Random(seed + 0xc4a77e1).chance(WITH_CHANNELS)
}

/** The feeds themselves, with a copy of each page that is stored. */
export function watchedChannelFeeds (feeds: Stores['channelFeeds'], context: () => Context): Stores['channelFeeds'] {
  return withMethods(feeds, {
    append: async (page, together) => {
      const appended = await feeds.append(page, together)
      if (appended.kind === 'appended') context().channels.stored(page)
      return appended
    },
  })
}

/** A public and a private channel, each with a moderator and a member. */
export async function openChannels (context: Context): Promise<void> {
  const { store, channels } = context
  const clock = (): string => momentOf(context, -60_000)
  let made = 0
  const ports = { ...store, identity: { ...identity, random: (prefix?: string) => `${prefix}_channel${made++}` }, clock, pause: async () => await never() }
  const { createChannel, setChannelMember } = makeChannelUseCases({ ...ports, openChannel: makeOpenChannel({ ...ports, feeds: store.channelFeeds }) })
  for (const kind of ['public', 'private'] as const) {
    const { channel: { channelId } } = await createChannel({ userId: CHANNEL_OWNER, key: `channel ${kind}`, name: 'Atkı sevenler', kind })
    channels.channelIds.push(channelId)
    for (const [userId, role] of [['murat', 'moderator'], ['nil', 'member']] as const) await setChannelMember({ caller: { userId: CHANNEL_OWNER, admin: false }, channelId, userId, role })
  }
}
