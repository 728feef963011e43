import type { Stores } from '../ports/stores.js'
import type { Clock, Identity, Pause } from '../ports/system.js'
import { makeChangeChannel, makeCreateChannel } from './change-channel.js'
import { makeChannelMessages } from './channel-messages.js'
import { makeOpenChannel } from './open-channels.js'
import { makeReadChannels } from './read-channels.js'

export interface ChannelUseCasePorts extends Pick<Stores, 'channels' | 'channelFeeds'> {
  readonly identity: Identity
  readonly clock: Clock
  readonly pause: Pause
}

export type ChannelUseCases = ReturnType<typeof makeChannelUseCases>

export function makeChannelUseCases ({ channels, channelFeeds, identity, clock, pause }: ChannelUseCasePorts) {
  const ports = { channels, channelFeeds, identity, clock, openChannel: makeOpenChannel({ feeds: channelFeeds, identity, clock, pause }) }
  return {
    createChannel: makeCreateChannel(ports),
    ...makeChangeChannel(ports),
    ...makeReadChannels(ports),
    ...makeChannelMessages(ports),
  }
}
