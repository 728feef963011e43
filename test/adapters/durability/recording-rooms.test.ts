import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { recordedStores } from '#adapters/durability/recording.js'
import { WRITE_CODEC } from '#adapters/durability/writes/journaled-write.js'
import { makeModerateMessages } from '#application/rooms/room-messages.js'
import { makePersonIn } from '#application/rooms/open-rooms.js'
import type { OpenStores } from '#application/ports/stores.js'
import { BadDisk } from '../../support/bad-disk.js'
import { settableClock } from '../../support/builders.js'
import { outageWorld } from '../../support/outages.js'
import { operator, roomNodes, type RoomNodes } from '../../support/room-nodes.js'

const { clock } = settableClock()

async function open (disk: BadDisk): Promise<OpenStores> {
  return await recordedStores(memoryStores(), await Journal.open({ codec: WRITE_CODEC, disk, clock }), () => {})
}

/** A live room with two messages, of which one is deleted. */
async function fill (stores: OpenStores): Promise<RoomNodes> {
  const nodes = await roomNodes(stores)
  const { first, roomId, identity } = nodes
  const { entry: { messageId }, position } = await first.send(roomId, 'ayse', 'Silinecek')
  await first.send(roomId, 'bora', 'Kalacak')
  nodes.time.advance(61_000)
  await first.chargeRooms()
  const ports = { feeds: stores.feeds, identity, openRoom: first.openRoom, personIn: makePersonIn(identity), roomRateMax: 50 }
  await makeModerateMessages(ports, first.setSanction).deleteRoomMessage({ caller: operator, roomId, messageId, position })
  return nodes
}

async function all ({ feeds, rooms, streamers }: OpenStores, { roomId, feedId }: RoomNodes) {
  return { room: await rooms.find(roomId), meter: await rooms.findMeter(roomId), ledger: (await streamers.listEntries('str_1', { before: null, limit: 10 })).items, pages: await feeds.read(feedId, 0, 100) }
}

t.test('a restart keeps rooms and their pages, each as one record', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  const nodes = await fill(before)
  const left = await all(before, nodes)
  t.match(left, { meter: { chargedMinutes: 2 }, ledger: [{ kind: 'spend', minutes: 2, broadcastId: nodes.roomId }, { kind: 'credit' }], room: { status: 'live', version: 2 }, pages: [{ page: 1 }, { page: 2 }, { entries: [{ text: null }] }, { entries: [{ text: 'Kalacak' }] }, { entries: [{ type: 'metered' }] }, { entries: [{ type: 'message.deleted' }] }] })
  disk.crash()
  const after = await open(disk)
  t.same(await all(after, nodes), left)
  t.same(await after.feeds.append({ feedId: 'room#other', page: 1, entries: [], writer: 'wrt_9', writtenAt: clock() }, { claim: { streamerId: 'str_1', roomId: 'other', step: 'take' } }),
    { kind: 'claim_taken' }, 'and the one live room of the streamer')
})

t.test('a snapshot is not in the journal, because it follows from the pages', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  const { first, roomId, feedId } = await roomNodes(before)
  for (let number = 0; number < 100; number++) await first.send(roomId, `user${number}`, 'a')
  t.match(await before.feeds.findSnapshot(feedId), { page: 99 })
  disk.crash()
  t.equal(await (await open(disk)).feeds.findSnapshot(feedId), null)
})

t.test('a page that cannot be journaled is not acknowledged', async (t) => {
  const disk = new BadDisk()
  const { first, roomId } = await roomNodes(await open(disk))
  disk.faults.push({ call: 'sync', code: 'EIO' })
  await t.rejects(first.send(roomId, 'ayse', 'Bir'), { code: 'store_unavailable' })
})

t.test('the first start with a store drains the rooms into it; until then, and in an outage, rooms are neither read nor written', async (t) => {
  const disk = new BadDisk()
  const before = await open(disk)
  const nodes = await fill(before)
  const left = await all(before, nodes)
  const { roomId, feedId } = nodes
  const world = await outageWorld({ disk })
  const refused = async (): Promise<void> => {
    await t.rejects(world.stores.rooms.find(roomId), { code: 'store_unavailable' })
    await t.rejects(world.stores.feeds.read(feedId, 0, 1), { code: 'store_unavailable' })
    await t.rejects(world.stores.feeds.append({ feedId, page: 6, entries: [], writer: 'wrt_9', writtenAt: clock() }), { code: 'store_unavailable', retryAfterS: 5 })
  }
  await refused()
  await world.comeBack()
  t.same(await all(world.inner, nodes), left)
  t.same(world.quarantine.list(), [])
  await world.leave()
  await refused()
  t.same(await all(world.inner, nodes), left, 'nothing is half taken')
})

t.test('a page whose number another one has goes into quarantine', async (t) => {
  const disk = new BadDisk()
  const { feedId } = await roomNodes(await open(disk))
  const world = await outageWorld({ disk })
  await world.inner.feeds.append({ feedId, page: 1, entries: [], writer: 'other', writtenAt: clock() })
  await world.comeBack()
  t.match(world.quarantine.list().filter(({ kind }) => kind === 'page'), [{ subjectId: feedId, reason: 'Conflict: another page came first under this number' }])
})
