import fc from 'fast-check'
import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { BROADCAST_MAX_MS, minutesOf } from '#domain/rooms/meter.js'
import type { RoomEntry } from '#domain/rooms/room-entry.js'
import { post } from '#domain/streamers/streamer.js'
import { requireStreamer } from '#application/streamers/read-streamers.js'
import { faultyPorts } from '../../support/faulty-store.js'
import { owner, roomNodes, type RoomNodes } from '../../support/room-nodes.js'

const MINUTE = 60_000

/** Runs until nothing is due. */
async function chargeAll ({ chargeRooms }: Pick<RoomNodes['first'], 'chargeRooms'>): Promise<void> {
  while (await chargeRooms()) { /* more is due */ }
}

async function credit ({ stores, time }: RoomNodes, minutes: number, entryId: string): Promise<void> {
  const draft = { entryId, kind: 'credit', minutes, paymentId: null, broadcastId: null, note: null, fingerprint: '' } as const
  await stores.streamers.post({ streamerId: 'str_1', entryId }, (streamer) => post(requireStreamer(streamer), draft, time.clock()), { known: null })
}

async function spends ({ stores }: RoomNodes): Promise<number[]> {
  const { items } = await stores.streamers.listEntries('str_1', { before: null, limit: 100 })
  return items.filter(({ kind }) => kind === 'spend').map(({ minutes }) => minutes).toReversed()
}

async function left ({ stores, roomId }: RoomNodes) {
  return { room: await stores.rooms.find(roomId), meter: await stores.rooms.findMeter(roomId) }
}

async function warnings ({ stores, feedId }: RoomNodes): Promise<RoomEntry[]> {
  return (await stores.feeds.read(feedId, 0, 1000)).flatMap(({ entries }) => entries).filter(({ type }) => type === 'minutes')
}

t.test('a live room charges each minute once, by entries of its own, and what is left when it ends', async (t) => {
  const nodes = await roomNodes()
  const { first, time, roomId, stores } = nodes
  for (let second = 0; second <= 150; second += 10) {
    await Promise.all([first.chargeRooms(), nodes.node().chargeRooms()])
    time.advance(10_000)
  }
  t.same(await spends(nodes), [1, 1, 1])
  t.match(await stores.streamers.find('str_1'), { minutesUsed: 3 })
  time.advance(30_000)
  await first.endRoom({ caller: owner, roomId })
  t.match(await left(nodes), { room: { endedReason: 'streamer' }, meter: { chargedMinutes: 3 } })
  await chargeAll(first)
  t.same(await spends(nodes), [1, 1, 1, 1], 'the last minute that began counts whole')
  t.match(await left(nodes), { meter: { chargedMinutes: 4, unchargedMinutes: 0, dueAt: null } })
  t.match((await stores.streamers.listEntries('str_1', { before: null, limit: 1 })).items, [{ broadcastId: roomId, paymentId: null, note: null }])
})

t.test('a meter that comes late charges all minutes at once', async (t) => {
  const nodes = await roomNodes()
  nodes.time.advance(4.5 * MINUTE)
  await chargeAll(nodes.first)
  t.same(await spends(nodes), [5])
  t.equal(await nodes.first.chargeRooms(), false)
})

t.test('a room that ends within a charged minute is done when the meter looks again', async (t) => {
  const nodes = await roomNodes()
  await chargeAll(nodes.first)
  nodes.time.advance(30_000)
  await nodes.first.endRoom({ caller: owner, roomId: nodes.roomId })
  nodes.time.advance(MINUTE)
  await chargeAll(nodes.first)
  t.same(await spends(nodes), [1])
  t.match(await left(nodes), { meter: { chargedMinutes: 1, unchargedMinutes: 0, dueAt: null } })
})

t.test('owner and moderators are warned at five minutes, once for each end, and the room ends with the last minute', async (t) => {
  const nodes = await roomNodes()
  const { first, time, roomId, stores } = nodes
  const start = Date.parse(time.clock())
  const endsAt = async (userId: string) => (await first.getStanding({ caller: { userId, admin: false }, roomId, userId })).minutesEndAt
  time.advance(10)
  const minute = async (): Promise<void> => {
    await chargeAll(first)
    time.advance(MINUTE)
  }
  for (let minutes = 0; minutes < 4; minutes++) await minute()
  t.same(await warnings(nodes), [])
  await minute()
  t.match(await warnings(nodes), [{ left: 5, endsAt: new Date(start + 10 * MINUTE).toISOString() }])
  t.equal(await endsAt('str_1'), new Date(start + 10 * MINUTE).toISOString())
  t.equal(await endsAt('bora'), null)
  await minute()
  await credit(nodes, 1, 'led_2')
  await minute()
  t.match(await warnings(nodes), [{ left: 5 }, { left: 4, endsAt: new Date(start + 11 * MINUTE).toISOString() }])
  for (let minutes = 0; minutes < 4; minutes++) await minute()
  t.equal((await warnings(nodes)).length, 2)
  t.match(await left(nodes), { room: { status: 'live' }, meter: { chargedMinutes: 11 } })
  time.advance(1)
  t.equal(await endsAt('str_1'), null, 'the time is over')
  await chargeAll(first)
  t.match(await left(nodes), {
    room: { status: 'ended', endedReason: 'minutes_exhausted', endedAt: new Date(start + 11 * MINUTE).toISOString() },
    meter: { chargedMinutes: 11, unchargedMinutes: 0, dueAt: null },
  })
  t.equal(await endsAt('str_1'), null)
  t.match(await stores.streamers.find('str_1'), { minutesPurchased: 11, minutesUsed: 11 })
  const { room: next } = await first.createRoom({ caller: owner, key: 'k-2', details: { title: 'Yeni', description: null, category: null, coverUrl: null, visibility: 'public', startsAt: null, products: [], settings: {} }, streamerId: null, copyModeratorsFrom: null })
  await credit(nodes, 1, 'led_3')
  t.match(await first.startRoom({ caller: owner, roomId: next.roomId }), { status: 'live' }, 'the streamer is free for another room')
})

t.test('a room does not end before what was charged, whatever the clock of the node that ends it says', async (t) => {
  const nodes = await roomNodes()
  const { first, time, roomId } = nodes
  time.advance(2.5 * MINUTE)
  await chargeAll(nodes.node())
  time.advance(-MINUTE)
  const { endedAt, startedAt } = await first.endRoom({ caller: owner, roomId })
  t.equal(minutesOf(String(startedAt), String(endedAt)), 3)
  time.advance(2 * MINUTE)
  await chargeAll(first)
  t.same(await spends(nodes), [3])
  t.match(await left(nodes), { meter: { chargedMinutes: 3, unchargedMinutes: 0, dueAt: null } })
})

t.test('a meter whose room ends while it is looked at charges nothing, and the minutes up to the end at the next look', async (t) => {
  const nodes = await roomNodes()
  const { first, stores, time, roomId } = nodes
  time.advance(90_000)
  const ending = withMethods(stores.rooms, {
    find: async (id) => {
      const room = await stores.rooms.find(id)
      await first.endRoom({ caller: owner, roomId })
      return room
    },
  })
  t.equal(await nodes.node({ seen: { streamers: stores.streamers, rooms: ending } }).chargeRooms(), true)
  t.same(await spends(nodes), [])
  time.advance(MINUTE)
  await chargeAll(first)
  t.same(await spends(nodes), [2])
})

t.test('a process that has not heard of new minutes does not end the room before those that another one has charged', async (t) => {
  const nodes = await roomNodes()
  const { stores, time } = nodes
  time.advance(9.5 * MINUTE)
  await chargeAll(nodes.first)
  time.advance(MINUTE)
  const [meter, streamer] = [await stores.rooms.findMeter(nodes.roomId), await stores.streamers.find('str_1')]
  if (meter === null || streamer === null) throw new Error('both are there')
  await credit(nodes, 1, 'led_2')
  await chargeAll(nodes.first)
  const charged = time.clock()
  time.advance(20_000)
  const rooms = withMethods(stores.rooms, { dueMeters: async () => [meter], moveMeter: async () => true })
  await nodes.node({ seen: { rooms, streamers: withMethods(stores.streamers, { find: async () => streamer }) } }).chargeRooms()
  t.match(await left(nodes), { room: { endedReason: 'minutes_exhausted', endedAt: charged }, meter: { chargedMinutes: 11 } })
  t.equal(minutesOf(meter.startedAt, charged), 11)
})

t.test('what a streamer did not have is counted beside what they paid', async (t) => {
  const nodes = await roomNodes()
  nodes.time.advance(12.5 * MINUTE)
  const late = nodes.time.clock()
  await chargeAll(nodes.first)
  t.same(await spends(nodes), [10])
  t.match(await left(nodes), { room: { endedReason: 'minutes_exhausted', endedAt: late }, meter: { chargedMinutes: 10, unchargedMinutes: 3, dueAt: null } })
  await credit(nodes, 60, 'led_2')
  nodes.time.advance(MINUTE)
  await chargeAll(nodes.first)
  t.same(await spends(nodes), [10], 'and is not charged later')
})

t.test('a room that its streamer ended without minutes keeps its reason', async (t) => {
  const nodes = await roomNodes()
  nodes.time.advance(10.5 * MINUTE)
  await nodes.first.endRoom({ caller: owner, roomId: nodes.roomId })
  await chargeAll(nodes.first)
  t.match(await left(nodes), { room: { endedReason: 'streamer' }, meter: { chargedMinutes: 10, unchargedMinutes: 1, dueAt: null } })
})

t.test('a room that nobody ends is abandoned after twelve hours, and charged for no more', async (t) => {
  const nodes = await roomNodes()
  await credit(nodes, 10_000, 'led_2')
  const start = Date.parse(nodes.time.clock())
  nodes.time.advance(BROADCAST_MAX_MS + 50 * MINUTE)
  await chargeAll(nodes.first)
  t.same(await spends(nodes), [720])
  t.match(await left(nodes), {
    room: { endedReason: 'abandoned', endedAt: new Date(start + BROADCAST_MAX_MS).toISOString() },
    meter: { chargedMinutes: 720, unchargedMinutes: 0, dueAt: null },
  })
})

t.test('a meter whose process died is taken by another when its lease is over, and its entry is found', async (t) => {
  const nodes = await roomNodes()
  const { stores, time, first } = nodes
  const due = await stores.rooms.findMeter(nodes.roomId)
  await chargeAll(first)
  if (due === null) throw new Error('there is no meter')
  // As if a process that had the lease came back after another one had charged.
  const stale = { ...stores.rooms, moveMeter: async () => true, dueMeters: async () => [due], find: async (roomId: string) => await stores.rooms.find(roomId) }
  t.equal(await nodes.node({ seen: { streamers: stores.streamers, rooms: stale } }).chargeRooms(), true)
  t.same(await spends(nodes), [1])
  time.advance(MINUTE)
  await chargeAll(first)
  t.same(await spends(nodes), [1], 'the minute is not over')
  time.advance(1)
  await chargeAll(first)
  t.same(await spends(nodes), [1, 1])
})

t.test('a meter that is due too early waits for the next minute', async (t) => {
  const nodes = await roomNodes()
  const { stores, time, first } = nodes
  await chargeAll(first)
  const { meter } = await left(nodes)
  if (meter === null) throw new Error('there is no meter')
  await stores.rooms.moveMeter(meter, { ...meter, dueAt: time.clock() })
  await chargeAll(first)
  t.same((await left(nodes)).meter, meter)
  t.same(await spends(nodes), [1])
})

t.test('a store that breaks at any call, before or after its effect, changes no minute', async (t) => {
  const crash = fc.record({ call: fc.integer({ min: 1, max: 8 }), when: fc.constantFrom('before' as const, 'after' as const), advance: fc.integer({ min: 1, max: 200_000 }) })
  await fc.assert(fc.asyncProperty(fc.array(crash, { minLength: 1, maxLength: 8 }), fc.boolean(), async (crashes, isEnded) => {
    const nodes = await roomNodes(memoryStores())
    const { stores, time, first, roomId } = nodes
    const faults = faultyPorts()
    const start = time.clock()
    for (const { call, when, advance } of crashes) {
      const node = nodes.node({ seen: { rooms: faults.wrap(stores.rooms), streamers: faults.wrap(stores.streamers) }, feeds: faults.wrap(stores.feeds) })
      faults.plan({ call, when })
      await node.chargeRooms().catch(() => {})
      faults.plan(null)
      time.advance(advance)
    }
    if (isEnded) await first.endRoom({ caller: owner, roomId }).catch(() => {})
    time.advance(31_000)
    await chargeAll(nodes.node())
    const after = await left(nodes)
    const end = after.room?.endedAt ?? time.clock()
    const { chargedMinutes = 0, unchargedMinutes = 0 } = after.meter ?? {}
    t.equal(chargedMinutes + unchargedMinutes, minutesOf(start, end))
    t.equal((await spends(nodes)).reduce((sum, minutes) => sum + minutes, 0), chargedMinutes)
    t.match(await stores.streamers.find('str_1'), { minutesUsed: chargedMinutes })
  }), { numRuns: 60, seed: 1 })
})
