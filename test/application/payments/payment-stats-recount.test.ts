// @own-process
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Stores } from '#application/ports/stores.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'
import { byCreation, dispatcherOf } from '../../support/dispatching.js'
import { liveOut, pick, recount, seeded, type Random } from '../../support/random-payments.js'
import { allEvents } from '../../support/world.js'

const SEED = 20_260_301
const PAYMENTS = 50_000

/** The store, with pauses before and after its calls, in which others may run. */
function interleaved<Store extends object> (store: Store, random: Random): Store {
  const wait = async (): Promise<void> => { for (let turns = Math.floor(random() * 4); turns > 0; turns--) await Promise.resolve() }
  return new Proxy(store, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
      return async (...args: unknown[]) => {
        await wait()
        const answer = await Reflect.apply(method, target, args)
        await wait()
        return answer
      }
    },
  })
}

function figuresOf (days: Awaited<ReturnType<Stores['stats']['read']>>): Record<string, Record<string, number>> {
  return Object.fromEntries(days.map(({ slice, currency, figures }) => [`${slice} ${currency}`, Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== 0))]))
}

t.test(`the figures of ${PAYMENTS} payments that two dispatchers race for are those of a recount`, async (t) => {
  const random = seeded(SEED)
  const stores = memoryStores()
  // Time leaps, and the clocks of the two differ, so that leases are lost in the middle of the work.
  let time = Date.parse(START)
  const clock = () => new Date(time += pick(random, [0, 0, 0, 200, 4000])).toISOString()
  const slow = () => laterBy(clock(), -3000)
  const racing = [clock, slow].map((clock) => dispatcherOf({ ...stores, outbox: interleaved(stores.outbox, random) }, { clock }))
  const opened = new Map<string, readonly number[]>()
  const living = new AbortController()
  const dispatching = racing.map(async ({ run }) => {
    while (!living.signal.aborted) {
      await run()
      await setImmediate()
    }
  })
  for (let index = 0; index < PAYMENTS; index++) {
    opened.set(`pay_${index}`, await liveOut(random, stores.payments, `pay_${index}`, START))
    if (index % 500 === 0) await setImmediate()
  }
  living.abort()
  await Promise.all(dispatching)
  while ((await allEvents(stores)).length > 0) await Promise.all(racing.map(async ({ run }) => { await run() }))

  const payments = await stores.payments.findMany([...opened.keys()])
  t.equal(payments.length, PAYMENTS)
  const expected = recount(payments, opened)
  t.strictSame(figuresOf(await byCreation(stores, START.slice(0, 10), '2026-12-31')), expected)

  const [one, other] = racing.map(({ ended }) => ended['completed'] ?? 0)
  t.ok(Math.min(one ?? 0, other ?? 0) > PAYMENTS / 20, `both have worked: ${one} and ${other} events`)
  const sum = (name: string): number => Object.values(expected).reduce((total, figures) => total + (figures[name] ?? 0), 0)
  for (const matter of ['pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'partially_refunded', 'refunded', 'disputed', 'refunds', 'disputes_opened', 'disputes_won', 'disputes_lost']) {
    t.ok(sum(`${matter}_count`) > PAYMENTS / 500, `${matter}: ${sum(`${matter}_count`)}`)
  }
  for (const flag of ['late_success', 'refund_failed'] as const) t.ok(payments.some(({ flags }) => flags.includes(flag)), flag)
})
