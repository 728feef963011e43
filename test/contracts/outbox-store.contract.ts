import type { Test } from 'tap'
import { OUTBOX_SHARDS, outboxShardOf, type OutboxEvent } from '#application/ports/outbox-store.js'
import { at, eventsOf, message, noted, open, payment, times, type MakePersistence } from './fixtures.js'

export function outboxStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('an empty shard holds nothing', async (t) => {
    const { outbox } = await open(t, makePersistence)
    t.same(await outbox.read(0, 10), [])
  })

  t.test('events lie in the shard of their subject, oldest first', async (t) => {
    const { messages, payments, outbox } = await open(t, makePersistence)
    await times(30, async (index) => await messages.insert(message(`m${index}`, { receiverId: `user${index}`, createdAt: at(30 - index) })))
    await payments.insert(payment('pay_1', { createdAt: at(5) }))
    await payments.update('pay_1', noted('x'))
    const shards = await times(OUTBOX_SHARDS, async (shard) => await outbox.read(shard, 100))
    for (const [shard, events] of shards.entries()) {
      t.same(events.map(outboxShardOf), events.map(() => shard))
      t.same(ids(events), ids(events).sort())
    }
    t.equal(new Set(ids(shards.flat())).size, 32)
    t.ok(shards.filter((events) => events.length > 0).length > OUTBOX_SHARDS / 2, 'the load is spread')
    t.equal(shards.filter((events) => events.some(({ subjectId }) => subjectId === 'pay_1')).length, 1)
  })

  t.test('no more events are read than asked for, the oldest of them', async (t) => {
    const { payments, outbox } = await open(t, makePersistence)
    const { events: [first] } = payment('pay_1')
    await payments.insert(payment('pay_1'))
    for (const word of ['a', 'b', 'c']) await payments.update('pay_1', noted(word))
    const shard = first === undefined ? -1 : outboxShardOf(first)
    const all = await outbox.read(shard, 10)
    t.equal(all.length, 4)
    t.same(all[0], first)
    t.same(await outbox.read(shard, 2), all.slice(0, 2))
    t.same(new Set(ids(await eventsOf(outbox))), new Set(ids(all)))
  })
}

function ids (events: readonly OutboxEvent[]): string[] {
  return events.map(({ eventId }) => eventId)
}
