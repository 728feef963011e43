import fc from 'fast-check'
import t from 'tap'
import { admitChannelDeletion, admitChannelMessage, admitJoin, admitMember } from '#domain/channels/admit.js'
import { CHANNEL_BANS_MAX, CHANNEL_MEMBERS_MAX, CHANNEL_ROLES, mergedChanges, unreadOf } from '#domain/channels/channel.js'
import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import { ChannelState } from '#domain/channels/channel-state.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import { at } from '../../contracts/fixtures.js'
import { aChannel } from '../../contracts/channel-store.contract.js'

const FIRST: ChannelEntry = { type: 'channel', at: at(0), channel: aChannel({ memberCount: 0 }), by: 'ada' }

function aPage (page: number, entries: readonly ChannelEntry[]): FeedPage<ChannelEntry> {
  return { feedId: 'channel#chn_1', page, entries, writer: `wrt_${page}`, writtenAt: at(page) }
}

/** A public channel of ada with so many other members. */
function withMembers (count: number, role: 'member' | 'banned' = 'member'): ChannelState {
  const state = new ChannelState()
  const others = Array.from({ length: count }, (_, index): ChannelEntry => ({ type: 'member', at: at(0), userId: `user${index}`, role, by: 'ada' }))
  state.apply(aPage(1, [FIRST, { type: 'member', at: at(0), userId: 'ada', role: 'owner', by: 'ada' }, ...others]))
  return state
}

const ada = { userId: 'ada', isAdmin: false }

const entries = fc.array(fc.oneof(
  fc.record({ type: fc.constant('member' as const), at: fc.constant(at(1)), userId: fc.constantFrom('bora', 'ceren', 'deniz'), role: fc.constantFrom(...CHANNEL_ROLES, null), by: fc.constant('ada') }),
  fc.record({ type: fc.constant('message' as const), at: fc.nat(2000).map(at), messageId: fc.nat(20).map((number) => `msg_${number}`), number: fc.nat(100), senderId: fc.constant('ada'), text: fc.constant('a'), replyTo: fc.constant(null) }),
  fc.constant({ type: 'message.deleted' as const, at: at(1), messageId: 'msg_1', position: { page: 1, index: 0 }, by: null })
), { maxLength: 12 })

function shown ({ standings, sent, ...rest }: ChannelState) {
  return { ...rest, standings: standings.entries().toArray().toSorted(), sent: sent.entries().toArray() }
}

t.test('a snapshot and the pages behind it make the same channel as all pages', async () => {
  fc.assert(fc.property(fc.array(entries, { minLength: 1, maxLength: 8 }), fc.nat(7), (batches, cut) => {
    const pages = [[FIRST, ...batches[0] ?? []], ...batches.slice(1)].map((batch, index) => aPage(index + 1, batch))
    const whole = new ChannelState()
    for (const page of pages) whole.apply(page)
    const first = new ChannelState()
    for (const page of pages.slice(0, cut)) first.apply(page)
    const snapshot = first.snapshot()
    const part = ChannelState.from(snapshot)
    for (const page of pages) if (page.page > snapshot.windowFrom && page.page <= snapshot.page) part.remember(page)
    for (const page of pages.slice(cut)) part.apply(page)
    return JSON.stringify({ ...shown(part), sent: null }) === JSON.stringify({ ...shown(whole), sent: null })
  }))
})

t.test('what a state on top of another tries leaves the other as it is', async (t) => {
  const below = withMembers(1)
  const before = shown(below)
  const above = new ChannelState(below)
  above.apply(aPage(2, [{ type: 'member', at: at(2), userId: 'user0', role: 'banned', by: 'ada' }, { type: 'message', at: at(2), messageId: 'msg_1', number: 1, senderId: 'ada', text: 'a', replyTo: null }]))
  t.same(shown(below), before)
  t.same([above.roleOf('user0'), above.banned, above.channel.memberCount, above.channel.messageCount], ['banned', 1, 1, 1])
})

t.test('an entry of a kind of a newer version changes nothing but the time', async (t) => {
  const state = withMembers(1)
  const before = shown(state)
  state.apply(aPage(2, [{ type: 'poll', at: at(3) } as unknown as ChannelEntry]))
  t.same(shown(state), { ...before, page: 2, at: at(3) })
})

t.test('a channel has at most 1,000 members, and a member who leaves makes room', async (t) => {
  const state = withMembers(CHANNEL_MEMBERS_MAX - 1)
  t.equal(state.channel.memberCount, 1000)
  t.throws(() => admitJoin(state, 'bora', at(2)), { code: 'channel_full' })
  t.throws(() => admitMember(state, { userId: 'bora', role: 'member' }, ada, at(2)), { code: 'channel_full' })
  t.match(admitMember(state, { userId: 'user1', role: 'moderator' }, ada, at(2)), { role: 'moderator' }, 'who is a member already takes no more room')
  state.apply(aPage(2, [{ type: 'member', at: at(2), userId: 'user0', role: 'banned', by: 'ada' }]))
  t.match(admitJoin(state, 'bora', at(2)), { role: 'member' })
  t.ok(JSON.stringify(state.snapshot()).length < 300_000)
})

t.test('a channel bans at most 500 people', async (t) => {
  const state = withMembers(CHANNEL_BANS_MAX, 'banned')
  t.equal(state.channel.memberCount, 1)
  t.throws(() => admitMember(state, { userId: 'bora', role: 'banned' }, ada, at(2)), { code: 'sanction_limit' })
  state.apply(aPage(2, [{ type: 'member', at: at(2), userId: 'user0', role: null, by: 'ada' }]))
  t.match(admitMember(state, { userId: 'bora', role: 'banned' }, ada, at(2)), { role: 'banned' })
})

t.test('a text has at most 4,000 characters, however many units they take', async (t) => {
  const state = withMembers(0)
  const draft = { userId: 'ada', messageId: 'msg_1', replyTo: null }
  t.match(admitChannelMessage(state, { ...draft, text: '😀'.repeat(4000) }, at(2)), { number: 1 })
  t.throws(() => admitChannelMessage(state, { ...draft, text: '😀'.repeat(4001) }, at(2)), { code: 'message_length' })
})

t.test('the shared token of the operators deletes a message, and who is nobody in a public channel does not', async (t) => {
  const state = withMembers(0)
  const message = { type: 'message', at: at(1), messageId: 'msg_1', number: 1, senderId: 'ada', text: 'a', replyTo: null } as const
  const place = { page: 2, index: 0 }
  t.match(admitChannelDeletion(state, message, place, { userId: null, isAdmin: true }, at(2)), { entry: { by: null } })
  t.throws(() => admitChannelDeletion(state, message, place, { userId: null, isAdmin: false }, at(2)), { code: 'forbidden' })
})

t.test('changes of one member become one, and the last removal counts', async (t) => {
  const change = (fields: { readCount: number } | null) => ({ channelId: 'chn_1', userId: 'bora', fields })
  t.same(mergedChanges([change({ readCount: 1 }), change({ readCount: 2 })]), [change({ readCount: 2 })])
  t.same(mergedChanges([change({ readCount: 1 }), change(null)]), [change(null)])
  t.same(mergedChanges([change(null), change({ readCount: 2 })]), [change({ readCount: 2 })])
})

t.test('nothing is less than unread', async (t) => {
  const member = { channelId: 'chn_1', userId: 'bora', role: 'member', since: at(0), readCount: 5 } as const
  t.same([unreadOf(aChannel({ messageCount: 7 }), member), unreadOf(aChannel({ messageCount: 4 }), member)], [2, 0])
})
