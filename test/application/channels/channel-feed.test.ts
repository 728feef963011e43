import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeChangeChannel, makeCreateChannel } from '#application/channels/change-channel.js'
import { makeChannelMessages } from '#application/channels/channel-messages.js'
import { makeOpenChannel } from '#application/channels/open-channels.js'
import { makeReadChannels } from '#application/channels/read-channels.js'
import type { OpenStores } from '#application/ports/stores.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { recordedStores } from '#adapters/durability/recording.js'
import { WRITE_CODEC } from '#adapters/durability/writes/journaled-write.js'
import { laterBy } from '#domain/time.js'
import { BadDisk } from '../../support/bad-disk.js'
import { aChannel, aChannelPage } from '../../contracts/channel-store.contract.js'
import { countingIdentity, settableClock, START } from '../../support/builders.js'
import { outageWorld } from '../../support/outages.js'

const ada = { userId: 'ada', admin: false }
const { clock } = settableClock()
const identity = countingIdentity()

function node ({ channels, channelFeeds }: Pick<OpenStores, 'channels' | 'channelFeeds'>) {
  const openChannel = makeOpenChannel({ feeds: channelFeeds, identity, clock, pause: async () => {} })
  const ports = { channels, channelFeeds, identity, clock, openChannel }
  const { sendChannelMessage, ...messages } = makeChannelMessages(ports)
  return {
    createChannel: makeCreateChannel(ports),
    ...makeChangeChannel(ports),
    ...makeReadChannels(ports),
    ...messages,
    send: async (channelId: string, userId: string, text: string, key: string | null = null) => await sendChannelMessage({ channelId, userId, text, replyTo: null, key }),
  }
}

/** Two nodes, and a channel of ada with so many other members. */
async function nodes (stores: OpenStores, members: number) {
  const first = node(stores)
  const { channel: { channelId } } = await first.createChannel({ userId: 'ada', key: 'k-1', name: 'Atkı', kind: 'public' })
  await Promise.all(Array.from({ length: members }, async (_, index) => await first.joinChannel({ userId: `user${index}`, channelId })))
  return { first, second: node(stores), channelId }
}

t.test('members who write at once through two nodes have distinct numbers, and each has read what they wrote', async (t) => {
  const stores = memoryStores()
  const { first, second, channelId } = await nodes(stores, 120)
  const sent = await Promise.all(Array.from({ length: 240 }, async (_, index) => await (index % 2 === 0 ? first : second).send(channelId, `user${index % 120}`, `text ${index}`)))
  t.same(sent.map(({ entry }) => entry.number).toSorted((one, other) => one - other), Array.from({ length: 240 }, (_, index) => index + 1))
  t.match(await stores.channels.find(channelId), { memberCount: 121, messageCount: 240 })
  for (const index of [0, 1, 119]) {
    const last = Math.max(...sent.filter(({ entry }) => entry.senderId === `user${index}`).map(({ entry }) => entry.number))
    t.equal((await stores.channels.findMember(channelId, `user${index}`))?.readCount, last)
  }
  const pages = await stores.channelFeeds.read(`channel#${channelId}`, 0, 1000)
  t.same(pages.map(({ page }) => page), pages.map((_, index) => index + 1))
  t.ok(pages.every(({ entries }) => new Set(entries.map((entry) => entry.type === 'message' ? entry.senderId : '')).size <= 91), 'a transaction has room for all rows of a page')
})

t.test('a ban binds the very next page of every node, and a repeat through another node sends nothing', async (t) => {
  const { first, second, channelId } = await nodes(memoryStores(), 1)
  const { position } = await first.send(channelId, 'user0', 'Bir', 'k-1')
  t.match(await second.send(channelId, 'user0', 'Bir', 'k-1'), { position, replayed: true })
  await first.setChannelMember({ caller: ada, channelId, userId: 'user0', role: 'banned' })
  await t.rejects(second.send(channelId, 'user0', 'İki'), { code: 'banned' })
})

t.test('of many who join at once the last places are given once', async (t) => {
  const stores = memoryStores()
  const { first, second, channelId } = await nodes(stores, 997)
  const settled = await Promise.allSettled(Array.from({ length: 6 }, async (_, index) => await (index % 2 === 0 ? first : second).joinChannel({ userId: `late${index}`, channelId })))
  t.equal(settled.filter(({ status }) => status === 'fulfilled').length, 2)
  t.match(await stores.channels.find(channelId), { memberCount: 1000 })
  const third = node(stores)
  t.equal((await third.listChannelMembers({ caller: ada, channelId, isBanned: false, before: null, limit: 2000 })).items.length, 1000, 'also by the snapshot and the pages behind it')
})

t.test('a person who left meanwhile has nothing unread, and a channel whose row is gone is in no list', async (t) => {
  const stores = memoryStores()
  const { first, channelId } = await nodes(stores, 1)
  const { position } = await first.send(channelId, 'ada', 'Bir')
  const { channels } = stores
  const markRead = channels.markRead.bind(channels)
  channels.markRead = async (...args) => {
    await first.leaveChannel({ userId: 'user0', channelId })
    await markRead(...args)
  }
  t.equal(await first.readChannel({ userId: 'user0', channelId, position }), 0)
  const empty = node({ channelFeeds: stores.channelFeeds, channels: Object.assign(Object.create(channels) as typeof channels, { listOfUser: channels.listOfUser.bind(channels), findMany: async () => [] }) })
  t.same((await empty.listChannelsOf({ userId: 'ada', before: null, limit: 10 })).items, [])
})

t.test('a search for a name looks through 1,000 public channels for one page, and goes on behind them', async (t) => {
  const stores = memoryStores()
  for (let number = 0; number < 1150; number++) {
    const channel = aChannel({ channelId: `chn_${number}`, name: number === 0 ? 'Vazo' : 'Atkılar', createdAt: laterBy(START, number) })
    await stores.channelFeeds.append(aChannelPage(channel, 1), { channel })
  }
  const { listPublicChannels } = node(stores)
  const first = await listPublicChannels({ q: 'vazo', before: null, limit: 20 })
  t.same(first.items, [])
  t.match(await listPublicChannels({ q: 'vazo', before: first.nextKey, limit: 20 }), { items: [{ channel: { name: 'Vazo' }, member: null }], nextKey: null })
})

async function open (disk: BadDisk): Promise<OpenStores> {
  return await recordedStores(memoryStores(), await Journal.open({ codec: WRITE_CODEC, disk, clock }), () => {})
}

async function all ({ channels, channelFeeds }: Pick<OpenStores, 'channels' | 'channelFeeds'>, channelId: string) {
  return [await channels.find(channelId), await channels.findMember(channelId, 'ada'), await channels.findMember(channelId, 'user0'), await channelFeeds.read(`channel#${channelId}`, 0, 1000)]
}

async function fill (stores: OpenStores): Promise<string> {
  const { first, channelId } = await nodes(stores, 1)
  const { entry: { messageId }, position } = await first.send(channelId, 'ada', 'Silinecek')
  await first.readChannel({ userId: 'user0', channelId, position })
  await first.deleteChannelMessage({ caller: ada, channelId, messageId, position })
  return channelId
}

t.test('memory mode finds channels again after a restart, with what was read and without what was deleted', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  const channelId = await fill(before)
  t.same(await all(await open(disk), channelId), await all(before, channelId))
})

t.test('the first start with a store drains the channels into it; until then, and in an outage, they are neither read nor written', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  const channelId = await fill(before)
  const left = await all(before, channelId)
  const world = await outageWorld({ disk })
  const refused = async (): Promise<void> => {
    await t.rejects(world.stores.channels.find(channelId), { code: 'store_unavailable' })
    await t.rejects(world.stores.channels.markRead(channelId, 'ada', 1), { code: 'store_unavailable' })
    await t.rejects(node(world.stores).send(channelId, 'ada', 'Olmaz'), { code: 'store_unavailable', retryAfterS: 5 })
  }
  await refused()
  await world.comeBack()
  t.same(await all(world.inner, channelId), left)
  await world.leave()
  await refused()
  t.same(await all(world.inner, channelId), left, 'nothing is half taken')
})

t.test('a page of a channel whose number another one has goes into quarantine', async (t) => {
  const disk = new BadDisk()
  const channelId = await fill(await open(disk))
  const world = await outageWorld({ disk })
  await world.inner.channelFeeds.append({ feedId: `channel#${channelId}`, page: 1, entries: [], writer: 'other', writtenAt: clock() })
  await world.comeBack()
  t.match(world.quarantine.list().filter(({ kind }) => kind === 'channel_page'), [{ subjectId: `channel#${channelId}`, reason: 'Conflict: another page came first under this number' }])
})
