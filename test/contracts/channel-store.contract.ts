import type { Test } from 'tap'
import { mergedChanges, newChannel, type Channel, type MemberChange } from '#domain/channels/channel.js'
import { channelFeedIdOf, type ChannelEntry } from '#domain/channels/channel-entry.js'
import { ChannelState } from '#domain/channels/channel-state.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { OpenStores } from '#application/ports/stores.js'
import { at, open, type MakePersistence } from './fixtures.js'

export function aChannel (fields: Partial<Channel> = {}): Channel {
  return { ...newChannel({ channelId: 'chn_1', name: 'Atkı sevenler', kind: 'public', ownerId: 'ada', fingerprint: 'digest' }, at(0)), memberCount: 1, ...fields }
}

export function aChannelPage (channel: Channel, page: number, entries?: readonly ChannelEntry[]): FeedPage<ChannelEntry> {
  const { channelId } = channel
  return { feedId: channelFeedIdOf(channelId), page, entries: entries ?? [{ type: 'channel', at: at(page), channel, by: 'ada' }], writer: `wrt_${channelId}_${page}`, writtenAt: at(page) }
}

const member = (userId: string, fields: MemberChange['fields'], channelId = 'chn_1'): MemberChange => ({ channelId, userId, fields })

async function append ({ channelFeeds }: OpenStores, page: number, channel: Channel, ...members: readonly MemberChange[]): Promise<void> {
  await channelFeeds.append(aChannelPage(channel, page), { channel, members: mergedChanges(members) })
}

export function channelStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a channel and its members are as the last page left them', async (t) => {
    const stores = await open(t, makePersistence)
    const { channels } = stores
    await append(stores, 1, aChannel(), member('ada', { role: 'owner', since: at(1), readCount: 0 }))
    t.same(await channels.find('chn_1'), aChannel())
    t.same(await channels.findMember('chn_1', 'ada'), { channelId: 'chn_1', userId: 'ada', role: 'owner', since: at(1), readCount: 0 })
    const after = aChannel({ memberCount: 2, messageCount: 7, lastMessageAt: at(2) })
    await append(stores, 2, after, member('ada', { readCount: 7 }), member('bora', { role: 'member', since: at(2), readCount: 5 }), member('bora', { readCount: 6 }))
    t.same(await channels.find('chn_1'), after)
    t.match(await channels.findMember('chn_1', 'ada'), { role: 'owner', readCount: 7 })
    t.match(await channels.findMember('chn_1', 'bora'), { role: 'member', readCount: 6 })
    await append(stores, 3, aChannel(), member('bora', null))
    t.equal(await channels.findMember('chn_1', 'bora'), null)
    t.equal(await channels.find('chn_none'), null)
    t.equal(await channels.findMember('chn_1', 'ceren'), null)
  })

  t.test('a page that does not come about changes neither channel nor members', async (t) => {
    const stores = await open(t, makePersistence)
    const { channels, channelFeeds } = stores
    await append(stores, 1, aChannel(), member('ada', { role: 'owner', since: at(1), readCount: 0 }))
    const late = { ...aChannelPage(aChannel(), 1), writer: 'other' }
    const answer = await channelFeeds.append(late, { channel: aChannel({ name: 'Başka' }), members: [member('ada', null)] })
    t.match(answer, { kind: 'taken', page: { page: 1 } })
    t.same(await channels.find('chn_1'), aChannel())
    t.not(await channels.findMember('chn_1', 'ada'), null)
  })

  t.test('the text of a message is cleared in its page, and a snapshot is found', async (t) => {
    const { channelFeeds } = await open(t, makePersistence)
    const message = { type: 'message', at: at(1), messageId: 'msg_1', number: 1, senderId: 'ada', text: 'Gizli', replyTo: null } as const
    await channelFeeds.append(aChannelPage(aChannel(), 1, [message]))
    const state = new ChannelState()
    await channelFeeds.append(aChannelPage(aChannel(), 2), { amendment: { messageId: 'msg_1', position: { page: 1, index: 0 }, fields: { text: null } }, snapshot: state.snapshot() })
    t.same((await channelFeeds.find('channel#chn_1', 1))?.entries, [{ ...message, text: null }])
    t.same(await channelFeeds.findSnapshot('channel#chn_1'), state.snapshot())
  })

  t.test('public channels are listed newest first, page by page, until they are deleted', async (t) => {
    const stores = await open(t, makePersistence)
    const { channels } = stores
    for (const second of [1, 2, 3]) await append(stores, 1, aChannel({ channelId: `chn_${second}`, createdAt: at(second) }))
    await append(stores, 1, aChannel({ channelId: 'chn_private', kind: 'private', createdAt: at(4) }))
    const ids = async (before: string | null) => {
      const { items, nextKey } = await channels.listPublic({ before, limit: 2 })
      return { ids: items.map(({ channelId }) => channelId), nextKey }
    }
    const first = await ids(null)
    t.same(first.ids, ['chn_3', 'chn_2'])
    t.same((await ids(first.nextKey)).ids, ['chn_1'])
    await append(stores, 2, aChannel({ channelId: 'chn_2', createdAt: at(2), isDeleted: true }))
    t.same((await ids(null)).ids, ['chn_3', 'chn_1'])
    t.match(await channels.find('chn_2'), { isDeleted: true })
    t.same((await channels.findMany(['chn_1', 'chn_none', 'chn_private'])).map(({ channelId }) => channelId).toSorted(), ['chn_1', 'chn_private'])
    t.same(await channels.findMany([]), [])
  })

  t.test('the channels of a person are listed by the falling order of their ids, page by page', async (t) => {
    const stores = await open(t, makePersistence)
    for (const id of ['chn_1', 'chn_2', 'chn_3']) await append(stores, 1, aChannel({ channelId: id }), member('ada', { role: 'member', since: at(1), readCount: 0 }, id))
    await append(stores, 1, aChannel({ channelId: 'chn_4' }), member('bora', { role: 'member', since: at(1), readCount: 0 }, 'chn_4'))
    const first = await stores.channels.listOfUser('ada', { before: null, limit: 2 })
    t.same([first.items.map(({ channelId }) => channelId), first.nextKey], [['chn_3', 'chn_2'], 'chn_2'])
    const { items, nextKey } = await stores.channels.listOfUser('ada', { before: first.nextKey, limit: 2 })
    t.same([items.map(({ channelId }) => channelId), nextKey], [['chn_1'], null])
    await append(stores, 2, aChannel({ channelId: 'chn_3' }), member('ada', null, 'chn_3'))
    t.same((await stores.channels.listOfUser('ada', { before: null, limit: 5 })).items.map(({ channelId }) => channelId), ['chn_2', 'chn_1'])
  })

  t.test('a read mark moves forward only, and makes no member', async (t) => {
    const stores = await open(t, makePersistence)
    const { channels } = stores
    await append(stores, 1, aChannel(), member('ada', { role: 'owner', since: at(1), readCount: 3 }))
    await Promise.all([5, 9, 7].map(async (count) => { await channels.markRead('chn_1', 'ada', count) }))
    t.match(await channels.findMember('chn_1', 'ada'), { role: 'owner', readCount: 9 })
    await channels.markRead('chn_1', 'ada', 4)
    t.match(await channels.findMember('chn_1', 'ada'), { readCount: 9 })
    await channels.markRead('chn_1', 'bora', 4)
    t.equal(await channels.findMember('chn_1', 'bora'), null)
  })

  t.test('a deleted channel is in no list but that of deleted ones, until its deletion is over, and no page brings it back', async (t) => {
    const stores = await open(t, makePersistence)
    const { channels, channelFeeds } = stores
    const [one, other] = [aChannel(), aChannel({ channelId: 'chn_2', kind: 'private' })]
    for (const channel of [one, other, aChannel({ channelId: 'chn_3' })]) await append(stores, 1, channel)
    for (const channel of [one, other]) await append(stores, 2, { ...channel, isDeleted: true })
    const page = aChannelPage(one, 3)
    t.same(await channelFeeds.append(page, { channel: one, members: [member('bora', { role: 'member', since: at(3), readCount: 0 })] }), { kind: 'channel_deleted' })
    t.equal(await channelFeeds.find(page.feedId, 3), null)
    t.equal(await channels.findMember('chn_1', 'bora'), null)
    t.same((await channels.listDeleted(9)).map(({ channelId, isDeleted }) => [channelId, isDeleted]).toSorted(), [['chn_1', true], ['chn_2', true]])
    t.equal((await channels.listDeleted(1)).length, 1)
    t.same((await channels.listPublic({ before: null, limit: 9 })).items.map(({ channelId }) => channelId), ['chn_3'])
    for (const channelId of ['chn_1', 'chn_3', 'chn_none']) await channels.endDeletion(channelId)
    t.same((await channels.listDeleted(9)).map(({ channelId }) => channelId), ['chn_2'])
    t.same((await channels.listPublic({ before: null, limit: 9 })).items.map(({ channelId }) => channelId), ['chn_3'])
    t.match(await channels.find('chn_1'), { isDeleted: true })
    t.equal(await channels.find('chn_none'), null)
  })
}
