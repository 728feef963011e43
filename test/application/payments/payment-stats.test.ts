import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makePaymentStats, SETTLED_MS } from '#application/payments/payment-stats.js'
import { laterBy } from '#domain/time.js'
import { payment } from '../../contracts/fixtures.js'
import { settableClock, START } from '../../support/builders.js'
import { dispatcherOf } from '../../support/dispatching.js'

const onDay = (day: number) => laterBy(START, day * 86_400_000)

function world (shopTimeZone = 'UTC') {
  const stores = memoryStores()
  const time = settableClock()
  const paymentStats = makePaymentStats({ ...stores, clock: time.clock, shopTimeZone })
  return { stores, time, paymentStats, dispatcher: dispatcherOf(stores, { clock: time.clock }) }
}

t.test('sums are by currency, with a series from old to new', async (t) => {
  const { stores, paymentStats, dispatcher } = world()
  for (const [index, [day, currency]] of ([[-1, 'TRY'], [0, 'TRY'], [-1, 'EUR'], [-29, 'TRY'], [-30, 'TRY'], [0, 'TRY']] as const).entries()) {
    await stores.payments.insert(payment(`pay_${index}`, { createdAt: onDay(day), currency }))
  }
  await dispatcher.run()
  const pending = (count: number) => ({ pending_count: count, pending_amount: count * 100 })
  t.same(await paymentStats({ from: null, to: null, timeZone: null, groupBy: 'day' }), {
    from: '2026-01-31',
    to: '2026-03-01',
    timeZone: 'UTC',
    groupBy: 'day',
    asOf: laterBy(START, -SETTLED_MS),
    parkedEvents: 0,
    currencies: [
      { currency: 'EUR', figures: pending(1), series: [{ period: '2026-02-28', figures: pending(1) }] },
      {
        currency: 'TRY',
        figures: pending(4),
        series: [{ period: '2026-01-31', figures: pending(1) }, { period: '2026-02-28', figures: pending(1) }, { period: '2026-03-01', figures: pending(2) }],
      },
    ],
  })
  t.match(await paymentStats({ from: '2026-01-01', to: '2026-02-28', timeZone: null, groupBy: 'month' }), {
    currencies: [{ currency: 'EUR' }, { currency: 'TRY', series: [{ period: '2026-01', figures: pending(2) }, { period: '2026-02', figures: pending(1) }] }],
  })
  await t.rejects(paymentStats({ from: '2026-02-02', to: '2026-02-01', timeZone: null, groupBy: 'day' }), { code: 'invalid_range' })
})

t.test('statistics hold as of the oldest waiting event, and count the parked ones', async (t) => {
  const { stores, time, paymentStats, dispatcher } = world()
  const query = { from: null, to: null, timeZone: null, groupBy: 'day' } as const
  time.advance(60_000)
  for (let index = 0; index < 20; index++) await stores.payments.insert(payment(`pay_${index}`, { createdAt: laterBy(START, 1000 + index) }))
  t.match(await paymentStats(query), { asOf: laterBy(START, 1000), currencies: { length: 0 } })
  const [oldest] = payment('pay_0', { createdAt: laterBy(START, 1000) }).events
  for (let shard = 0; shard < 8; shard++) {
    const lease = await stores.outbox.claim(shard, { owner: 'x', now: START, until: START })
    if (oldest !== undefined) await stores.outbox.park(lease, { event: oldest, reason: 'odd', parkedAt: START })
  }
  t.match(await paymentStats(query), { asOf: laterBy(START, 1001), parkedEvents: 1 })
  await dispatcher.run()
  t.match(await paymentStats(query), { asOf: laterBy(START, 60_000 - SETTLED_MS), parkedEvents: 1, currencies: [{ figures: { pending_count: 19 } }] })
})

t.test('the outbox is read before the figures and the parked events, so that asOf promises nothing that is missing', async (t) => {
  const { stores } = world()
  const order: string[] = []
  const told = <Store extends object>(name: string, store: Store): Store => new Proxy(store, {
    get: (target, method) => async (...args: unknown[]) => {
      order.push(`${name}.${String(method)} begins`)
      const answer = await (Reflect.get(target, method) as (...args: unknown[]) => Promise<unknown>).apply(target, args)
      order.push(`${name}.${String(method)} ends`)
      return answer
    },
  })
  await makePaymentStats({ stats: told('stats', stores.stats), outbox: told('outbox', stores.outbox), clock: () => START, shopTimeZone: 'UTC' })({ from: null, to: null, timeZone: null, groupBy: 'day' })
  t.same(order.splice(0, 2), ['stats.recount begins', 'stats.recount ends'])
  t.same(order.slice(0, 16).filter((step) => !step.startsWith('outbox.read ')), [])
  t.same(new Set(order.slice(16)), new Set(['stats.read begins', 'stats.read ends', 'outbox.countParked begins', 'outbox.countParked ends']))
})

t.test('asOf leaves out a change that is dated but not yet stored when the figures are read', async (t) => {
  const { stores, time, paymentStats, dispatcher } = world()
  const dated = payment('pay_1', { createdAt: time.clock() })
  time.advance(SETTLED_MS - 1)
  const { asOf } = await paymentStats({ from: null, to: null, timeZone: null, groupBy: 'day' })
  await stores.payments.insert(dated)
  t.ok(asOf < dated.payment.createdAt, 'its figures came too late for it')
  await dispatcher.run()
  t.match(await paymentStats({ from: null, to: null, timeZone: null, groupBy: 'day' }), { asOf, currencies: [{ figures: { pending_count: 1 } }] })
})
