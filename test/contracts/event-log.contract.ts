import type { Test } from 'tap'
import { published, type PublishedEvent } from '#domain/live/published-event.js'
import { outboxShardOf, type OutboxEvent, type PublishWrite, type ShardLease } from '#application/ports/outbox-store.js'
import type { Stores } from '#application/ports/stores.js'
import { at, eventsOf, message, open, pages, payment, times, type MakePersistence } from './fixtures.js'

function publishing (events: readonly OutboxEvent[]): PublishWrite[] {
  return events.map((event) => ({ kind: 'publish', event: published(event), expiresAt: at(1000) }))
}

/** So many events of one shard that wait, and the lease of it. */
async function oneShard ({ messages, outbox }: Stores, count: number): Promise<{ events: readonly OutboxEvent[], lease: ShardLease }> {
  await times(count * 20, async (index) => await messages.insert(message(`m${index}`, { senderId: `user${index}`, createdAt: at(index) })))
  const events = (await eventsOf(outbox)).filter((event) => outboxShardOf(event) === 3).slice(0, count)
  return { events, lease: await outbox.claim(3, { owner: 'ada', now: at(0), until: at(10) }) }
}

/** The ids of the log by their offsets. */
async function logged ({ events }: Stores): Promise<Array<readonly [number, string]>> {
  return (await events.read(3, 0, 1000)).map(({ offset, id }) => [offset, id] as const)
}

export function eventLogContract (t: Test, makePersistence: MakePersistence): void {
  t.test('an empty log has no events', async (t) => {
    const { events } = await open(t, makePersistence)
    t.same(await events.heads(), Array.from({ length: 8 }, () => 0))
    t.same(await events.read(0, 0, 10), [])
  })

  t.test('an event says who brought it about, where that is known', async (t) => {
    const stores = await open(t, makePersistence)
    const { events: [first, second], lease } = await oneShard(stores, 2) as unknown as { events: readonly [OutboxEvent, OutboxEvent], lease: ShardLease }
    const by = { kind: 'admin', id: 'yonetici' } as const
    const both: readonly PublishedEvent[] = [{ ...published(first), by }, published(second)]
    await stores.outbox.complete(lease, [first, second], both.map((event): PublishWrite => ({ kind: 'publish', event, expiresAt: at(1000) })))
    t.same((await stores.events.read(3, 0, 10)).map((event) => event.by), [by, undefined])
  })

  t.test('what takes effect is published once, in one step, under the next offsets of its partition', async (t) => {
    const stores = await open(t, makePersistence)
    const { events, lease } = await oneShard(stores, 6)
    const [first, second, third, ...others] = events as [OutboxEvent, OutboxEvent, OutboxEvent]
    t.same(await stores.outbox.complete(lease, [first, second], publishing([first, second])), { kind: 'completed' })
    t.same(await stores.outbox.complete({ ...lease, published: 2 }, [third], publishing([third])), { kind: 'completed' })
    t.same(await stores.outbox.complete({ ...lease, published: 3 }, [first], publishing([first])), { kind: 'overtaken' })
    t.same(await logged(stores), [first, second, third].map(({ eventId }, index) => [index + 1, eventId]))
    t.same(await stores.events.heads(), [0, 0, 0, 3, 0, 0, 0, 0])
    t.match(await stores.outbox.claim(3, { owner: 'bora', now: at(20), until: at(30) }), { owner: 'bora', published: 3 })
    t.same((await stores.events.read(3, 1, 1)).map(({ offset }) => offset), [2])
    t.same(await stores.events.read(3, 3, 10), [])
    t.same((await stores.outbox.read(3, 10)).map(({ eventId }) => eventId).slice(0, others.length), others.map(({ eventId }: OutboxEvent) => eventId))
  })

  t.test('a count that is not the newest publishes nothing', async (t) => {
    const stores = await open(t, makePersistence)
    const { events, lease } = await oneShard(stores, 3)
    const [first, second, third] = events as [OutboxEvent, OutboxEvent, OutboxEvent]
    t.same(await stores.outbox.complete(lease, [first], publishing([first])), { kind: 'completed' })
    for (const published of [0, 2]) t.same(await stores.outbox.complete({ ...lease, published }, [second], publishing([second])), { kind: 'overtaken' })
    await stores.outbox.park(lease, { event: third, reason: 'odd', parkedAt: at(1) })
    t.same(await logged(stores), [[1, first.eventId]])
    await stores.outbox.unpark(third.eventId)
    t.same(await stores.outbox.complete({ ...lease, published: 1 }, [second, third], publishing([second, third])), { kind: 'completed' })
    t.same(await logged(stores), [first, second, third].map(({ eventId }, index) => [index + 1, eventId]))
  })

  t.test('of many completions at once each publishes behind the one before', async (t) => {
    const stores = await open(t, makePersistence)
    const { events, lease } = await oneShard(stores, 8)
    const kinds = await times(events.length, async (index) => (await stores.outbox.complete(lease, events.slice(index, index + 1), publishing(events.slice(index, index + 1)))).kind)
    t.equal(kinds.filter((kind) => kind === 'completed').length, 1)
    t.same((await logged(stores)).map(([offset]) => offset), [1])
  })

  t.test('an event comes back as it was published, with who is concerned', async (t) => {
    const stores = await open(t, makePersistence)
    const { events } = payment('pay_1', { createdAt: at(5) })
    await stores.payments.insert(payment('pay_1', { createdAt: at(5) }))
    const [event] = events as [OutboxEvent]
    const partition = outboxShardOf(event)
    const lease = await stores.outbox.claim(partition, { owner: 'ada', now: at(0), until: at(10) })
    t.same(await stores.outbox.complete(lease, [event], publishing([event])), { kind: 'completed' })
    t.same(await stores.events.read(partition, 0, 10), [{
      partition,
      offset: 1,
      id: event.eventId,
      type: 'payment.created',
      schemaVersion: 1,
      occurredAt: at(5),
      subjectId: 'pay_1',
      version: 1,
      audience: ['ayse', 'mehmet'],
      data: { userId: 'ayse', sellerId: 'mehmet', provider: 'simulator', currency: 'TRY', amount: 100, status: 'pending', previousStatus: null, refundId: null },
    }])
  })

  t.test('the events of a subject are read in pages, oldest first, whatever other events there are', async (t) => {
    const stores = await open(t, makePersistence)
    await stores.messages.insert(message('m1', { createdAt: at(1) }))
    await stores.conversations.markRead({ messageId: 'm1', messageKey: `${at(1)}#m1`, senderId: 'ayse', receiverId: 'mehmet', readAt: at(2) })
    await times(20, async (index) => await stores.messages.insert(message(`other${index}`, { senderId: `user${index}` })))
    const all = await eventsOf(stores.outbox)
    const [sent] = all.filter(({ subjectId }) => subjectId === 'm1') as [OutboxEvent]
    const shard = outboxShardOf(sent)
    const lease = await stores.outbox.claim(shard, { owner: 'ada', now: at(0), until: at(10) })
    // What takes effect later has happened earlier: a parked event.
    const waiting = all.filter((event) => outboxShardOf(event) === shard).toReversed()
    for (const [index, event] of waiting.entries()) t.match(await stores.outbox.complete({ ...lease, published: index }, [event], publishing([event])), { kind: 'completed' })
    const types = (await pages(async (page) => await stores.events.ofSubject('m1', page), 1)).map((page) => page.map(({ type, audience }) => [type, audience]))
    t.same(types, [[['message.sent', ['ayse', 'mehmet']]], [['conversation.read', ['mehmet', 'ayse']]]])
    t.match(await stores.events.ofSubject('m1', { before: null, limit: 2 }), { items: [{ subjectId: 'm1' }, { subjectId: 'm1' }], nextKey: null })
    t.same(await stores.events.ofSubject('none', { before: null, limit: 2 }), { items: [], nextKey: null })
  })

  t.test('a read marker that moves has an event for both people', async (t) => {
    const stores = await open(t, makePersistence)
    await stores.messages.insert(message('m1', { createdAt: at(1) }))
    const marker = { messageId: 'm1', messageKey: `${at(1)}#m1`, senderId: 'ayse', receiverId: 'mehmet', readAt: at(2) }
    await stores.conversations.markRead(marker)
    await stores.conversations.markRead({ ...marker, readAt: at(3) })
    const [sent, ...reads] = await eventsOf(stores.outbox)
    t.equal(sent?.type, 'message.sent')
    t.same(reads, [{
      eventId: `${at(2)}#m1#read`,
      type: 'conversation.read',
      occurredAt: at(2),
      subjectId: 'm1',
      data: { conversationId: 'ayse#mehmet', readerId: 'mehmet', otherUserId: 'ayse' },
    }])
  })
}
