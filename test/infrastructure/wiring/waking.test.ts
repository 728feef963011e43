import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { OUTBOX_SHARDS, outboxShardOf } from '#application/ports/outbox-store.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { makeOutboxBells, wakingStores } from '#infrastructure/wiring/waking.js'
import { feedIdOf, roomChanged } from '#domain/rooms/room-entry.js'
import { roomEventsOf } from '#domain/rooms/room-event.js'
import { aRoom } from '../../contracts/feed-store.contract.js'
import { messageKey } from '#domain/messages/message.js'
import { purchase, put } from '../../contracts/streamer-store.contract.js'
import { at, message, noted, payment } from '../../contracts/fixtures.js'
import { allEvents } from '../../support/world.js'

t.test('whatever stores an event rings for the dispatcher of its shard, and for no other', async (t) => {
  const rung: number[] = []
  const bells = makeLocalBus()
  const outboxBells = makeOutboxBells({ bells })
  t.equal(outboxBells.length, OUTBOX_SHARDS)
  for (const [shard, bell] of outboxBells.entries()) bell.ring = () => { rung.push(shard) }
  const stores = wakingStores(memoryStores(), bells)
  const room = aRoom()
  const pageOf = (one: typeof room) => ({ feedId: feedIdOf(one.roomId), page: 1, entries: [roomChanged(one, at(0))], writer: 'wrt_1', writtenAt: at(0) })
  const one = message('m1', { createdAt: at(1) })
  const steps: Record<string, () => Promise<unknown>> = {
    message: async () => await stores.messages.insert(one),
    read: async () => await stores.conversations.markRead({ messageId: 'm1', messageKey: messageKey(one), senderId: 'ayse', receiverId: 'mehmet', readAt: at(2) }),
    payment: async () => await stores.payments.insert(payment('pay_1')),
    change: async () => await stores.payments.update('pay_1', noted('x')),
    purchase: buy,
    room: async () => await stores.feeds.append(pageOf(room), { room, events: roomEventsOf(null, room, { kind: 'user', id: 'ada' }) }),
  }
  async function buy (): Promise<unknown> {
    return await put(stores.streamers, 'led_1', { paymentId: 'pay_2', purchase: purchase('pay_2') })
  }
  const known = new Set<string>()
  for (const [name, step] of Object.entries(steps)) {
    rung.length = 0
    await step()
    const events = await allEvents(stores)
    const fresh = events.filter(({ eventId }) => !known.has(eventId))
    for (const { eventId } of fresh) known.add(eventId)
    t.ok(fresh.length > 0, name)
    t.same(new Set(rung), new Set(fresh.map(outboxShardOf)), name)
  }
  rung.length = 0
  await buy()
  await stores.feeds.append({ ...pageOf(room), page: 2 })
  await stores.feeds.append({ ...pageOf(room), page: 3 }, { room, events: roomEventsOf(null, room, { kind: 'user', id: 'ada' }) })
  t.same(rung, [], 'a repeat stores none, nor does a page without one, or one that is refused')
})
