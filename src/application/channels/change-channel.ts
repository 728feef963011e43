import type { Caller } from '#domain/accounts/session.js'
import { admitEdit, admitEnd, admitJoin, admitLeave, admitMember, noChannel, type ChannelPerson } from '#domain/channels/admit.js'
import { newChannel, type Channel, type GivenRole, type MemberChange } from '#domain/channels/channel.js'
import { channelFeedIdOf, type ChannelEntry, type ChannelMemberEntry } from '#domain/channels/channel-entry.js'
import { ChannelState, isMember, type ChannelSnapshot } from '#domain/channels/channel-state.js'
import type { Timestamp } from '#domain/time.js'
import type { Decided } from '../feeds/feed.js'
import { checkSameRequest } from '../idempotency.js'
import type { ChannelStore } from '../ports/channel-store.js'
import type { FeedStore } from '../ports/room-stores.js'
import type { Clock, Identity } from '../ports/system.js'
import type { OpenChannel } from './open-channels.js'

export interface ChannelPorts {
  readonly channels: ChannelStore
  readonly channelFeeds: FeedStore<ChannelEntry, ChannelSnapshot>
  readonly identity: Identity
  readonly clock: Clock
  readonly openChannel: OpenChannel
}

export interface ChannelCommand {
  readonly caller: Caller
  readonly channelId: string
}

/** What a person does as themselves, whether or not they are an administrator. */
export interface OwnChannelCommand {
  readonly userId: string
  readonly channelId: string
}

export interface CreateChannelCommand extends Pick<Channel, 'name' | 'kind'> {
  readonly userId: string
  readonly key: string
}

export interface CreatedChannel {
  readonly channel: Channel
  readonly replayed: boolean
}

/** Creates a channel of the caller, once for an idempotency key. @throws idempotency_key_reused; not_found where it was deleted since */
export function makeCreateChannel ({ channels, channelFeeds, identity, clock }: ChannelPorts) {
  return async function createChannel ({ userId, key, name, kind }: CreateChannelCommand): Promise<CreatedChannel> {
    const channelId = identity.derived('chn', [userId, key])
    const fingerprint = identity.fingerprint({ name, kind })
    const at = clock()
    const state = new ChannelState()
    const entries: ChannelEntry[] = [
      { type: 'channel', at, channel: newChannel({ channelId, name, kind, ownerId: userId, fingerprint }, at), by: userId },
      { type: 'member', at, userId, role: 'owner', by: userId },
    ]
    entries.forEach((entry, index) => { state.add(entry, { page: 1, index }) })
    const { channel } = state
    const page = { feedId: channelFeedIdOf(channelId), page: 1, entries, writer: identity.random('wrt'), writtenAt: at }
    const members: MemberChange[] = [{ channelId, userId, fields: { role: 'owner', since: at, readCount: 0 } }]
    if ((await channelFeeds.append(page, { channel, members })).kind === 'appended') return { channel, replayed: false }
    const stored = await channels.find(channelId)
    if (stored === null || stored.isDeleted) throw noChannel()
    checkSameRequest(stored, fingerprint)
    return { channel: stored, replayed: true }
  }
}

/** The channel as a state with this entry has it. */
export function channelWith (state: ChannelState, entry: ChannelEntry): Channel {
  const after = new ChannelState(state)
  after.add(entry, { page: state.page + 1, index: 0 })
  return after.channel
}

export function personOf ({ userId, admin }: Caller): ChannelPerson {
  return { userId, isAdmin: admin }
}

/** The changes of a channel and its members. They throw not_found, forbidden, and what their rules throw. */
export function makeChangeChannel ({ openChannel }: Pick<ChannelPorts, 'openChannel'>) {
  /** Writes an entry in one step with the row of the channel, and of the member whom it is about. */
  async function change (channelId: string, decide: (state: ChannelState, at: Timestamp) => ChannelEntry | null, isAlone = false): Promise<Channel> {
    const feed = await openChannel(channelId)
    let channel = feed.state.channel
    await feed.submit((state, at): Decided<ChannelEntry, ChannelSnapshot> => {
      const entry = decide(state, at)
      channel = entry === null ? state.channel : channelWith(state, entry)
      if (entry === null) return { kind: 'nothing' }
      return { kind: 'write', entry, together: { channel, ...(entry.type === 'member' && { members: [memberChange(state, entry)] }) } }
    }, isAlone)
    return channel
  }

  return {
    /** @throws version_conflict */
    editChannel: async ({ caller, channelId, ...edit }: ChannelCommand & Pick<Channel, 'name' | 'version'>): Promise<Channel> =>
      await change(channelId, (state, at) => admitEdit(state, edit, personOf(caller), at)),

    /** The page that says so stays when the others go, and has no text. */
    deleteChannel: async ({ caller, channelId }: ChannelCommand): Promise<Channel> =>
      await change(channelId, (state, at) => admitEnd(state, personOf(caller), at), true),

    /** @throws banned, channel_full */
    joinChannel: async ({ userId, channelId }: OwnChannelCommand): Promise<Channel> =>
      await change(channelId, (state, at) => admitJoin(state, userId, at)),

    leaveChannel: async ({ userId, channelId }: OwnChannelCommand): Promise<Channel> =>
      await change(channelId, (state, at) => admitLeave(state, userId, at)),

    /** Null ends the role, or the ban. @throws channel_full, sanction_limit */
    setChannelMember: async ({ caller, channelId, ...draft }: ChannelCommand & { readonly userId: string, readonly role: GivenRole | null }): Promise<Channel> =>
      await change(channelId, (state, at) => admitMember(state, draft, personOf(caller), at)),
  }
}

/** Who becomes a member has read what is there. Who is banned or gone has no row. */
function memberChange (state: ChannelState, { userId, role, at }: ChannelMemberEntry): MemberChange {
  const { channelId, messageCount } = state.channel
  if (role === null || role === 'banned') return { channelId, userId, fields: null }
  const isNew = !isMember(state.roleOf(userId))
  return { channelId, userId, fields: { role, since: at, ...(isNew && { readCount: messageCount }) } }
}
