import type { Test } from 'tap'
import { newStreamer, post } from '#domain/streamers/streamer.js'
import { firstMeter, heardMeter, presentMeter, settledMeter, withMinutes, type RoomMeter } from '#domain/rooms/meter.js'
import { canceledRoom, editedRoom, startedRoom, type Room } from '#domain/rooms/room.js'
import { roomChanged } from '#domain/rooms/room-entry.js'
import type { Page } from '#application/ports/page.js'
import { outboxShardOf, type StatsWrite } from '#application/ports/outbox-store.js'
import { productOf, ROOM_SLICES, roomFamily, roomSlice } from '#application/ports/read-models.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import { aRoom } from './feed-store.contract.js'
import { at, open, payment, type MakePersistence } from './fixtures.js'

let writes = 0

/** Stores the next version of a room. */
async function store (feeds: FeedStore, room: Room): Promise<Room> {
  await feeds.append({ feedId: `room#${room.roomId}`, page: room.version, entries: [roomChanged(room, room.updatedAt)], writer: `wrt_${++writes}`, writtenAt: room.updatedAt }, { room })
  return room
}

function ids ({ items }: Page<{ readonly roomId: string }>): string[] {
  return items.map(({ roomId }) => roomId)
}

const all = { before: null, limit: 20 }

export function roomStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a room is found as it was stored', async (t) => {
    const { feeds, rooms } = await open(t, makePersistence)
    const products = [{ productId: 'p-1', name: 'Atkı', price: { amount: 25_000, currency: 'TRY' }, imageUrl: null, url: 'https://shop.example/1', soldOut: false }]
    const room = await store(feeds, aRoom({ description: 'Kışlık', category: 'moda', products, startsAt: at(60) }))
    t.same(await rooms.find(room.roomId), room)
    t.equal(await rooms.find('room_none'), null)
  })

  t.test('lists hold the public rooms of a status, or of a status and a category, newest first, page by page', async (t) => {
    const { feeds, rooms } = await open(t, makePersistence)
    for (let second = 0; second < 9; second++) await store(feeds, aRoom({ roomId: `room_${second}`, createdAt: at(second), category: second % 2 === 0 ? 'moda' : null }))
    await store(feeds, aRoom({ roomId: 'room_unlisted', createdAt: at(10), visibility: 'unlisted', category: 'moda' }))
    const first = await rooms.list({ status: 'scheduled', category: null }, { before: null, limit: 5 })
    t.same(ids(first), ['room_8', 'room_7', 'room_6', 'room_5', 'room_4'])
    t.same(ids(await rooms.list({ status: 'scheduled', category: null }, { before: first.nextKey, limit: 5 })), ['room_3', 'room_2', 'room_1', 'room_0'])
    t.same(ids(await rooms.list({ status: 'scheduled', category: 'moda' }, all)), ['room_8', 'room_6', 'room_4', 'room_2', 'room_0'])
    t.same(ids(await rooms.list({ status: 'scheduled', category: 'diğer' }, all)), [])
    t.same(ids(await rooms.list({ status: 'live', category: null }, all)), [])
  })

  t.test('a room stands in the lists of its last version', async (t) => {
    const { feeds, rooms } = await open(t, makePersistence)
    const room = await store(feeds, aRoom({ category: 'moda' }))
    const live = await store(feeds, startedRoom(room, at(5)))
    t.same(ids(await rooms.list({ status: 'scheduled', category: null }, all)), [])
    t.match((await rooms.list({ status: 'live', category: 'moda' }, all)).items, [{ roomId: 'room_1', startedAt: at(5), version: 2 }])
    const moved = await store(feeds, editedRoom(live, { category: 'ev' }, at(6)))
    t.same(ids(await rooms.list({ status: 'live', category: 'moda' }, all)), [])
    t.same(ids(await rooms.list({ status: 'live', category: 'ev' }, all)), ['room_1'])
    await store(feeds, editedRoom(moved, { visibility: 'unlisted' }, at(7)))
    t.same(ids(await rooms.list({ status: 'live', category: null }, all)), [])
    t.same(ids(await rooms.listOfStreamer('str_1', all)), ['room_1'])
  })

  t.test('a list with unlisted rooms has all rooms of the status', async (t) => {
    const { feeds, rooms } = await open(t, makePersistence)
    for (let second = 0; second < 6; second++) await store(feeds, aRoom({ roomId: `room_${second}`, createdAt: at(second), category: 'moda', visibility: second % 2 === 0 ? 'public' : 'unlisted' }))
    const filter = { status: 'scheduled', category: null, isUnlistedToo: true } as const
    const first = await rooms.list(filter, { before: null, limit: 4 })
    t.same(ids(first), ['room_5', 'room_4', 'room_3', 'room_2'])
    t.same(ids(await rooms.list(filter, { before: first.nextKey, limit: 4 })), ['room_1', 'room_0'])
    await store(feeds, startedRoom(aRoom({ roomId: 'room_1', createdAt: at(1), visibility: 'unlisted' }), at(9)))
    t.same(ids(await rooms.list({ ...filter, status: 'live' }, all)), ['room_1'])
    t.same(ids(await rooms.list(filter, all)), ['room_5', 'room_4', 'room_3', 'room_2', 'room_0'])
    t.same(ids(await rooms.list({ status: 'scheduled', category: null }, all)), ['room_4', 'room_2', 'room_0'])
  })

  t.test('a meter is stored with the page of its start, is due by its time, and moves from the state that its caller knows', async (t) => {
    const { feeds, rooms } = await open(t, makePersistence)
    const begin = async (roomId: string, second: number): Promise<RoomMeter> => {
      const meter = firstMeter({ roomId, streamerId: `str of ${roomId}` }, at(second))
      await feeds.append({ feedId: `room#${roomId}`, page: 1, entries: [], writer: `wrt_${++writes}`, writtenAt: at(second) }, { meter })
      return meter
    }
    const late = await begin('room_2', 9)
    const early = await begin('room_1', 5)
    t.same(await rooms.findMeter('room_1'), { roomId: 'room_1', streamerId: 'str of room_1', startedAt: at(5), chargedMinutes: 0, unchargedMinutes: 0, dueAt: at(5) })
    t.equal(await rooms.findMeter('room_none'), null)
    const due = async (second: number, limit = 10): Promise<string[]> => (await rooms.dueMeters(at(second), limit)).map(({ roomId }) => roomId)
    t.same(await rooms.dueMeters(at(4), 10), [])
    t.same(await due(5), ['room_1'])
    t.same(await due(9), ['room_1', 'room_2'])
    t.same(await due(9, 1), ['room_1'])
    const leased = { ...early, dueAt: at(60) }
    t.equal(await rooms.moveMeter(early, leased), true)
    t.equal(await rooms.moveMeter(early, leased), false, 'another process has it')
    t.equal(await rooms.moveMeter({ ...leased, chargedMinutes: 1 }, early), false)
    t.equal(await rooms.moveMeter({ ...leased, roomId: 'room_none' }, { ...leased, roomId: 'room_none' }), false)
    t.same(await due(59), ['room_2'])
    t.same(await due(60), ['room_2', 'room_1'])
    const over = settledMeter(leased, at(100))
    t.equal(await rooms.moveMeter(leased, over), true)
    t.same(await rooms.findMeter('room_1'), over)
    t.same(await due(9999), ['room_2'])
    t.equal(await rooms.moveMeter(over, withMinutes(over, 1, null)), true)
    t.equal(await rooms.moveMeter(late, { ...late, dueAt: null }), true)
    t.same(await due(9999), ['room_1'])
  })

  t.test('a meter keeps what was heard of its streamer, and moves only from that', async (t) => {
    const { feeds, rooms } = await open(t, makePersistence)
    const meter = firstMeter({ roomId: 'room_1', streamerId: 'str_1' }, at(5))
    await feeds.append({ feedId: 'room#room_1', page: 1, entries: [], writer: `wrt_${++writes}`, writtenAt: at(5) }, { meter })
    const gone = heardMeter(meter, false, at(7))
    t.equal(await rooms.moveMeter(meter, gone), true)
    t.same(await rooms.findMeter('room_1'), { ...meter, absentSince: at(7) })
    t.same(await rooms.dueMeters(at(9), 10), [gone])
    t.equal(await rooms.moveMeter(meter, { ...meter, dueAt: at(60) }), false, 'who has not heard it')
    t.equal(await rooms.moveMeter({ ...gone, absentSince: at(8) }, meter), false)
    t.equal(await rooms.moveMeter(gone, presentMeter(gone)), true)
    t.same(await rooms.findMeter('room_1'), meter)
    t.equal(await rooms.moveMeter(gone, meter), false, 'it was forgotten')
  })

  t.test('a charge keeps what was heard of the streamer after its look, and is the last one of a broadcast that is over', async (t) => {
    const { streamers, rooms, feeds } = await open(t, makePersistence)
    const meter = firstMeter({ roomId: 'room_1', streamerId: 'str_1' }, at(0))
    await feeds.append({ feedId: 'room#room_1', page: 1, entries: [], writer: `wrt_${++writes}`, writtenAt: at(0) }, { meter })
    const charge = async (charged: RoomMeter, entryId: string): Promise<void> => {
      const draft = { entryId, kind: 'spend', minutes: 1, paymentId: null, broadcastId: 'room_1', note: null, fingerprint: '' } as const
      await streamers.post({ streamerId: 'str_1', entryId }, (streamer) => ({ ...post(streamer ?? { ...newStreamer('str_1', '', at(0)), minutesPurchased: 10 }, draft, at(1)), meter: charged }), { known: null })
    }
    t.equal(await rooms.moveMeter(meter, heardMeter(meter, false, at(1))), true)
    const charged = withMinutes(meter, 1, null)
    await charge(charged, 'led_1')
    t.same(await rooms.findMeter('room_1'), { ...charged, absentSince: at(1) })
    t.same(await rooms.dueMeters(at(999), 10), [{ ...charged, absentSince: at(1) }])
    const over = withMinutes(charged, 1, at(100))
    await charge(over, 'led_2')
    t.same(await rooms.findMeter('room_1'), { ...over, absentSince: at(1) })
    t.same(await rooms.dueMeters(at(999), 10), [])
  })

  t.test('a payment keeps its room and product, and the sales of a room are read by product and currency', async (t) => {
    const { payments, outbox, stats } = await open(t, makePersistence)
    const draft = payment('pay_1', { roomId: 'room_1', productId: 'p-1' })
    await payments.insert(draft)
    t.match(await payments.find('pay_1'), { roomId: 'room_1', productId: 'p-1' })
    const shard = draft.events.map(outboxShardOf)[0] ?? 0
    const lease = await outbox.claim(shard, { owner: 'ada', now: at(0), until: at(10) })
    const sale = (roomId: string, productId: string | null, currency = 'TRY'): StatsWrite => ({ kind: 'stats', family: roomFamily(roomId), slice: roomSlice(productId), currency, add: { orders_count: 1 } })
    const writes = [sale('room_1', 'p-1'), sale('room_1', 'p-1', 'EUR'), sale('room_1', null), sale('room_1', 'zebra'), sale('room_2', 'p-1')]
    t.same(await outbox.complete(lease, draft.events, writes), { kind: 'completed' })
    t.same(await outbox.complete(lease, draft.events, writes), { kind: 'overtaken' }, 'once')
    const found = await stats.read(roomFamily('room_1'), ROOM_SLICES.from, ROOM_SLICES.before)
    t.same(found.map(({ slice, currency, figures }) => `${String(productOf(slice))} ${currency} ${JSON.stringify(figures)}`).toSorted(),
      ['null TRY {"orders_count":1}', 'p-1 EUR {"orders_count":1}', 'p-1 TRY {"orders_count":1}', 'zebra TRY {"orders_count":1}'])
  })

  t.test('the rooms of a streamer are listed newest first, whatever their status', async (t) => {
    const { feeds, rooms } = await open(t, makePersistence)
    for (const second of [0, 1, 2]) await store(feeds, aRoom({ roomId: `room_${second}`, createdAt: at(second) }))
    await store(feeds, aRoom({ roomId: 'room_other', streamerId: 'str_2' }))
    await store(feeds, canceledRoom(aRoom({ roomId: 'room_1', createdAt: at(1) }), at(3)))
    const first = await rooms.listOfStreamer('str_1', { before: null, limit: 2 })
    t.same(first.items.map(({ roomId, status }) => [roomId, status]), [['room_2', 'scheduled'], ['room_1', 'canceled']])
    t.same(ids(await rooms.listOfStreamer('str_1', { before: first.nextKey, limit: 2 })), ['room_0'])
  })
}
