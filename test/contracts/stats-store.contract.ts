import type { Test } from 'tap'
import type { DayFigures } from '#domain/payments/payment-stats.js'
import { laterBy } from '#domain/time.js'
import { OUTBOX_SHARDS, outboxShardOf, type OutboxEvent, type OutboxStore, type StatsWrite } from '#application/ports/outbox-store.js'
import type { Stores } from '#application/ports/stores.js'
import { at, noted, open, payment, spoil, times, type MakePersistence } from './fixtures.js'

const onDay = (day: number) => laterBy(at(0), day * 86_400_000).slice(0, 10)

/** Makes a payment whose event leads to these writes, in whichever shard it lies. */
async function lead ({ payments, outbox }: Stores, paymentId: string, writes: readonly StatsWrite[]): Promise<void> {
  const decision = payment(paymentId)
  await payments.insert(decision)
  await end(outbox, decision.events, writes)
}

async function end (outbox: OutboxStore, events: readonly OutboxEvent[], writes: readonly StatsWrite[]): Promise<void> {
  for (const event of events) {
    const lease = await outbox.claim(outboxShardOf(event), { owner: 'ada', now: at(0), until: at(10) })
    await outbox.complete(lease, [event], writes)
  }
}

const counted = (day: number, add: Record<string, number>, currency = 'TRY'): StatsWrite => ({ kind: 'stats', day: onDay(day), currency, add })
const sorted = (found: readonly DayFigures[]) => found.toSorted((one, other) => `${one.day}${one.currency}` < `${other.day}${other.currency}` ? -1 : 1)

/** What is added comes by the outbox alone. */
export function statsStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('figures are added up over all shards, one entry a day and currency', async (t) => {
    const stores = await open(t, makePersistence)
    t.same(await stores.stats.read(onDay(0), onDay(9)), [])
    for (let index = 0; index < 20; index++) await lead(stores, `pay_${index}`, [counted(index % 2, { pending_count: 1, pending_amount: 100 + index }), counted(0, { refunds_count: -1 }, 'EUR')])
    const found = sorted(await stores.stats.read(onDay(0), onDay(1)))
    t.same(found, [
      { day: onDay(0), currency: 'EUR', figures: { refunds_count: -20 } },
      { day: onDay(0), currency: 'TRY', figures: { pending_count: 10, pending_amount: 1090 } },
      { day: onDay(1), currency: 'TRY', figures: { pending_count: 10, pending_amount: 1100 } },
    ])
    spoil(found)
    t.match(sorted(await stores.stats.read(onDay(1), onDay(1))), [{ figures: { pending_count: 10 } }], 'what was handed out is a copy')
  })

  t.test('both ends belong to the range, and nothing beyond them', async (t) => {
    const stores = await open(t, makePersistence)
    await times(6, async (day) => await lead(stores, `pay_${day}`, [counted(day, { pending_count: day + 1 }), counted(day, { pending_count: 1 }, 'AED'), counted(day, { pending_count: 1 }, 'ZWG')]))
    t.same(new Set((await stores.stats.read(onDay(2), onDay(4))).map(({ day, currency }) => `${day} ${currency}`)),
      new Set([2, 3, 4].flatMap((day) => ['AED', 'TRY', 'ZWG'].map((currency) => `${onDay(day)} ${currency}`))))
    t.equal((await stores.stats.read(onDay(5), onDay(5))).length, 3)
    t.same(await stores.stats.read(onDay(6), onDay(99)), [])
  })

  t.test('two figures of one row that are added at once are both in it', async (t) => {
    const stores = await open(t, makePersistence)
    const decisions = Array.from({ length: 16 }, (_, index) => payment(`pay_${index}`))
    await times(16, async (index) => await stores.payments.insert(decisions[index] ?? payment('none')))
    const leases = await times(OUTBOX_SHARDS, async (shard) => await stores.outbox.claim(shard, { owner: 'ada', now: at(0), until: at(10) }))
    const write = counted(0, { pending_count: 1, pending_amount: 1000 })
    await Promise.all(decisions.flatMap(({ events }) => events.map(async (event) => {
      const lease = leases.filter(({ shard }) => shard === outboxShardOf(event))
      t.same(await Promise.all(lease.map(async (held) => await stores.outbox.complete(held, [event], [write]))), [{ kind: 'completed' }])
    })))
    t.same(await stores.stats.read(onDay(0), onDay(0)), [{ day: onDay(0), currency: 'TRY', figures: { pending_count: 16, pending_amount: 16_000 } }])
  })

  t.test('a figure that a number does not hold exactly any more is refused, and the other days are not', async (t) => {
    const stores = await open(t, makePersistence)
    await lead(stores, 'pay_1', [counted(0, { pending_amount: Number.MAX_SAFE_INTEGER }), counted(1, { pending_amount: 1 })])
    t.match(await stores.stats.read(onDay(0), onDay(1)), { length: 2 })
    const { events } = await stores.payments.update('pay_1', noted('more'))
    await end(stores.outbox, events, [counted(0, { pending_amount: 2 })])
    for (const to of [onDay(0), onDay(1)]) await t.rejects(stores.stats.read(onDay(0), to), { code: 'invalid_range' })
    t.match(await stores.stats.read(onDay(1), onDay(9)), [{ figures: { pending_amount: 1 } }])
  })
}
