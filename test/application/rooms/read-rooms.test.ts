import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeListRooms } from '#application/rooms/read-rooms.js'
import { roomChanged } from '#domain/rooms/room-entry.js'
import { laterBy } from '#domain/time.js'
import { aRoom } from '../../contracts/feed-store.contract.js'
import { START } from '../../support/builders.js'

t.test('a list with a filter looks through 1,000 rooms for one page, and goes on behind them', async (t) => {
  const { feeds, rooms } = memoryStores()
  for (let number = 0; number < 1150; number++) {
    const room = aRoom({ roomId: `room_${number}`, title: number === 0 ? 'Vazo' : 'Atkılar', createdAt: laterBy(START, number) })
    await feeds.append({ feedId: `room#${room.roomId}`, page: 1, entries: [roomChanged(room, room.createdAt)], writer: `wrt_${number}`, writtenAt: room.createdAt }, { room })
  }
  const listRooms = makeListRooms({ rooms })
  const query = { status: 'scheduled', category: null, streamerId: null, q: 'vazo', limit: 20 } as const
  const first = await listRooms({ ...query, before: null })
  t.same(first.items, [])
  t.match(await listRooms({ ...query, before: first.nextKey }), { items: [{ title: 'Vazo' }], nextKey: null })
  t.equal((await listRooms({ ...query, q: 'atki', before: null })).items.length, 20)
})
