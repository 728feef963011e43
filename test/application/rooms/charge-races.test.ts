import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { post } from '#domain/streamers/streamer.js'
import { requireStreamer } from '#application/streamers/read-streamers.js'
import { roomNodes } from '../../support/room-nodes.js'

t.test('a room whose last minutes are spent elsewhere while it is looked at charges nothing, and ends at the next look', async (t) => {
  const { first, node, stores, time, roomId } = await roomNodes()
  time.advance(30_000)
  const spentMeanwhile = withMethods(stores.streamers, {
    find: async (id) => {
      const streamer = requireStreamer(await stores.streamers.find(id))
      const draft = { entryId: 'led_9', kind: 'spend', minutes: 10, paymentId: null, broadcastId: null, note: null, fingerprint: '' } as const
      await stores.streamers.post({ streamerId: id, entryId: 'led_9' }, (before) => post(requireStreamer(before), draft, time.clock()), { known: null })
      return streamer
    },
  })
  t.equal(await node({ seen: { streamers: spentMeanwhile, rooms: stores.rooms } }).chargeRooms(), true)
  time.advance(60_000)
  while (await first.chargeRooms());
  const { items } = await stores.streamers.listEntries('str_1', { before: null, limit: 100 })
  t.same(items.filter(({ kind }) => kind === 'spend').map(({ entryId }) => entryId), ['led_9'])
  t.match(await stores.rooms.find(roomId), { endedReason: 'minutes_exhausted' })
  t.match(await stores.rooms.findMeter(roomId), { chargedMinutes: 0 })
})
