import t from 'tap'
import { ATTENTION_COUNT_MAX, COUNTED_MS, makeAttentionUseCases, type AttentionPorts } from '#application/attention/use-cases.js'
import type { Quarantine } from '#application/ports/durability.js'
import { PAYMENT_FLAGS } from '#domain/payments/payment.js'
import { settableClock } from '../../support/builders.js'

/** Stores that count what they are told to, and how often they are asked. */
function counting (counts: Readonly<Record<string, number>> = {}) {
  const time = settableClock()
  const asked: string[] = []
  let isAway = false
  const count = (name: string) => async (...args: unknown[]): Promise<number> => {
    asked.push([name, ...args].join(' '))
    if (isAway) throw new Error('away')
    return counts[name] ?? 0
  }
  const ports = {
    attention: { count: async (kind: string, state: string, max: number) => await count(`${kind} ${state}`)(max) },
    outbox: { countParked: count('parked') },
    webhookEvents: { countParked: count('webhooks') },
    notifications: { countDead: count('dead') },
    shipments: { countFlagged: count('shipments') },
    messageReports: { countOpen: count('reports') },
    quarantine: { list: () => Array.from({ length: counts['quarantine'] ?? 0 }) } as unknown as Quarantine,
    clock: time.clock,
  } as unknown as AttentionPorts
  return { ...makeAttentionUseCases(ports), time, asked, goAway: (away: boolean) => { isAway = away } }
}

t.test('each kind is counted, flagged payments by flag, whether or not there is any', async t => {
  const { countAttention, asked } = counting({ 'flag late_success': 2, parked: 3, webhooks: 4, quarantine: 5, dead: 6, 'dispute open': 7, shipments: 8, reports: 9 })
  t.same(await countAttention(), [
    ...PAYMENT_FLAGS.map((flag) => ({ kind: 'flagged_payments', flag, count: flag === 'late_success' ? 2 : 0, isCapped: false })),
    ...Object.entries({ parked_events: 3, parked_webhook_events: 4, quarantined_writes: 5, dead_notifications: 6, open_disputes: 7, shipments_attention: 8, reported_messages: 9 })
      .map(([kind, count]) => ({ kind, count, isCapped: false })),
  ])
  t.same(asked.filter((one) => !one.endsWith(` ${ATTENTION_COUNT_MAX}`)), ['parked'], 'each says where to stop')
})

t.test('a count that reaches its end says so', async t => {
  const { countAttention } = counting({ 'flag late_success': 1000, parked: 999, quarantine: 1234 })
  const found = (await countAttention()).filter(({ count }) => count > 0).map(({ kind, count, isCapped }) => [kind, count, isCapped])
  t.same(found, [['flagged_payments', 1000, true], ['parked_events', 999, false], ['quarantined_writes', 1000, true]])
})

t.test('however many ask, the stores are asked once in five seconds', async t => {
  const { countAttention, time, asked } = counting()
  const [one, other] = await Promise.all([countAttention(), countAttention()])
  t.equal(one, other)
  const once = asked.length
  time.advance(COUNTED_MS - 1)
  await countAttention()
  t.equal(asked.length, once)
  time.advance(1)
  await countAttention()
  t.equal(asked.length, 2 * once)
})

t.test('a count that fails is made again at the next request', async t => {
  const { countAttention, goAway } = counting({ parked: 1 })
  goAway(true)
  await t.rejects(countAttention(), { message: 'away' })
  goAway(false)
  t.match((await countAttention()).find(({ kind }) => kind === 'parked_events'), { count: 1 })
})
