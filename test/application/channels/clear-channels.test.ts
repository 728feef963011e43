import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeCarryOutErasures } from '#application/accounts/carry-out-erasures.js'
import { makeChangeChannel, makeCreateChannel } from '#application/channels/change-channel.js'
import { makeChannelMessages } from '#application/channels/channel-messages.js'
import { makeClearChannels } from '#application/channels/clear-channels.js'
import { makeOpenChannel } from '#application/channels/open-channels.js'
import { makeReadChannels } from '#application/channels/read-channels.js'
import type { OpenStores } from '#application/ports/stores.js'
import { newErasure } from '#domain/accounts/erasure.js'
import { DAY_MS } from '#domain/time.js'
import { countingIdentity, settableClock } from '../../support/builders.js'
import { openers } from '../../support/erasing.js'

const { clock } = settableClock()
const identity = countingIdentity()
const ada = { userId: 'ada', admin: false }

function node ({ channels, channelFeeds }: Pick<OpenStores, 'channels' | 'channelFeeds'>) {
  const ports = { channels, channelFeeds, identity, clock, openChannel: makeOpenChannel({ feeds: channelFeeds, identity, clock, pause: async () => {} }) }
  const { sendChannelMessage, ...messages } = makeChannelMessages(ports)
  return {
    create: async (key = 'k-1') => (await makeCreateChannel(ports)({ userId: 'ada', key, name: 'Atkı', kind: 'public' })).channel.channelId,
    ...makeChangeChannel(ports),
    ...makeReadChannels(ports),
    ...messages,
    clear: makeClearChannels(ports),
    send: async (channelId: string, text: string, userId = 'ada') => await sendChannelMessage({ userId, channelId, text, replyTo: null, key: null }),
  }
}

t.test('the pages of a deleted channel go some at a time, with every text, and others stay', async (t) => {
  const stores = memoryStores()
  const { create, send, joinChannel, deleteChannel, clear } = node(stores)
  const [channelId, other] = [await create(), await create('k-2')]
  const feedId = `channel#${channelId}`
  await joinChannel({ userId: 'bora', channelId })
  for (let number = 0; number < 240; number++) await send(channelId, `text ${number}`)
  await send(other, 'Kalan')
  // One that waits together with others still gets a page of its own.
  await Promise.all([send(channelId, 'Birlikte'), deleteChannel({ caller: ada, channelId })])
  const pages = async () => await stores.channelFeeds.read(feedId, 0, 1000)
  t.ok((await pages()).length > 240)
  t.equal(await clear(), true)
  t.equal((await pages()).length, 144)
  t.equal(await clear(), true)
  t.equal(await clear(), true)
  t.equal(await clear(), false)
  t.match((await pages()).map(({ entries }) => entries), [[{ type: 'channel', channel: { isDeleted: true } }]])
  t.equal((await stores.channelFeeds.read(`channel#${other}`, 0, 9)).length, 2)
})

t.test('a node that does not know of the deletion writes nothing into a channel whose pages are gone', async (t) => {
  const stores = memoryStores()
  const [first, late] = [node(stores), node(stores)]
  const channelId = await first.create()
  await first.joinChannel({ userId: 'bora', channelId })
  await late.send(channelId, 'Bir', 'bora')
  for (const text of ['İki', 'Üç', 'Dört']) await first.send(channelId, text)
  await first.deleteChannel({ caller: ada, channelId })
  while (await first.clear());
  const attempts: Record<string, () => Promise<unknown>> = {
    send: async () => await late.send(channelId, 'Geç', 'bora'),
    join: async () => await late.joinChannel({ userId: 'ceren', channelId }),
    edit: async () => await late.editChannel({ caller: ada, channelId, version: 1, name: 'Geri' }),
    remove: async () => await late.deleteChannelMessage({ caller: ada, channelId, messageId: 'msg_1', position: { page: 3, index: 0 } }),
    members: async () => await late.listChannelMembers({ caller: ada, channelId, isBanned: false, before: null, limit: 9 }),
    create: async () => await late.create(),
    fresh: async () => await node(stores).send(channelId, 'Geç', 'bora'),
  }
  for (const [name, attempt] of Object.entries(attempts)) await t.rejects(async () => await attempt(), { code: 'not_found' }, name)
  for (const any of [first, late, node(stores)]) t.match(await any.deleteChannel({ caller: ada, channelId }), { isDeleted: true }, 'a repeat of the deletion')
  t.equal((await stores.channelFeeds.read(`channel#${channelId}`, 0, 9)).length, 1)
  t.match(await stores.channels.find(channelId), { isDeleted: true })
})

t.test('a channel whose pages cannot be removed keeps no other from it, and another process goes on', async (t) => {
  const stores = memoryStores()
  const { create, deleteChannel, send, clear } = node(stores)
  const ids = [await create(), await create('k-2')]
  for (const channelId of ids) {
    await send(channelId, 'Bir')
    await deleteChannel({ caller: ada, channelId })
  }
  const real = stores.channelFeeds.removeOld.bind(stores.channelFeeds)
  stores.channelFeeds.removeOld = async (feedId, limit) => {
    await real(feedId, 1)
    if (feedId === `channel#${ids[0]}`) throw new Error('the process died')
    return await real(feedId, limit)
  }
  await t.rejects(clear(), /the process died/)
  t.same((await stores.channels.listDeleted(9)).map(({ channelId }) => channelId), [ids[0]])
  stores.channelFeeds.removeOld = real
  while (await node(stores).clear());
  for (const channelId of ids) t.equal((await stores.channelFeeds.read(`channel#${channelId}`, 0, 9)).length, 1)
})

t.test('a node that opens a channel between two removals finds it deleted, though pages in the middle are gone', async (t) => {
  const stores = memoryStores()
  const { create, editChannel, deleteChannel } = node(stores)
  const channelId = await create()
  for (let version = 1; version <= 8; version++) await editChannel({ caller: ada, channelId, version, name: `Atkı ${version}` })
  await deleteChannel({ caller: ada, channelId })
  const gone = new Set([1, 2, 4, 5, 7])
  const { channelFeeds } = stores
  const read = channelFeeds.read.bind(channelFeeds)
  channelFeeds.read = async (...args) => (await read(...args)).filter(({ page }) => !gone.has(page))
  await t.rejects(node(stores).listChannelMembers({ caller: ada, channelId, isBanned: false, before: null, limit: 9 }), { code: 'not_found' })
})

t.test('an erasure leaves the texts of a deleted channel to their removal', async (t) => {
  const stores = memoryStores()
  const { create, send, deleteChannel, clear } = node(stores)
  const channelId = await create()
  await send(channelId, 'Bir')
  await deleteChannel({ caller: ada, channelId })
  const carryOut = makeCarryOutErasures({ ...stores, ...openers(stores, { clock, identity }), clock, identity, retainBillingYears: 10, secondPassMs: DAY_MS, erasureObserver: (_erasure, error) => { throw error } })
  await stores.erasures.insert(newErasure('ada', [], clock()))
  while (await carryOut());
  const [last] = await stores.channelFeeds.readBack(`channel#${channelId}`, null, 1)
  t.match(last?.entries, [{ type: 'channel' }], 'the deletion stays the last page')
  while (await clear());
  t.equal((await stores.channelFeeds.read(`channel#${channelId}`, 0, 9)).length, 1)
})

t.test('who deletes a message while the pages of the deleted channel go is told that there is none', async (t) => {
  const stores = memoryStores()
  const first = node(stores)
  const channelId = await first.create()
  const { entry: { messageId }, position } = await first.send(channelId, 'Bir')
  await first.send(channelId, 'İki')
  const { channelFeeds } = stores
  // The pages go after the message was looked up, and before the page of its deletion is stored: another one had its number, and has gone too.
  const late = node({
    ...stores,
    channelFeeds: withMethods(channelFeeds, {
      append: async (...args) => {
        await first.send(channelId, 'Üç')
        await first.deleteChannel({ caller: ada, channelId })
        while (await first.clear());
        return await channelFeeds.append(...args)
      },
    }),
  })
  await t.rejects(late.deleteChannelMessage({ caller: ada, channelId, messageId, position }), { code: 'not_found' })
  t.equal((await channelFeeds.read(`channel#${channelId}`, 0, 9)).length, 1)
})
