import type { Stores } from '../ports/stores.js'
import type { Clock, Identity } from '../ports/system.js'
import { makeChangeChannel, makeCreateChannel } from './change-channel.js'
import { makeChannelMessages } from './channel-messages.js'
import type { OpenChannel } from './open-channels.js'
import { makeReadChannels } from './read-channels.js'

export interface ChannelUseCasePorts extends Pick<Stores, 'channels' | 'channelFeeds'> {
  readonly identity: Identity
  readonly clock: Clock
  readonly openChannel: OpenChannel
}

export type ChannelUseCases = ReturnType<typeof makeChannelUseCases>

export function makeChannelUseCases ({ channels, channelFeeds, identity, clock, openChannel }: ChannelUseCasePorts) {
  const ports = { channels, channelFeeds, identity, clock, openChannel }
  return {
    createChannel: makeCreateChannel(ports),
    ...makeChangeChannel(ports),
    ...makeReadChannels(ports),
    ...makeChannelMessages(ports),
  }
}
