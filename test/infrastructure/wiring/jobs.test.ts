import type { Logger } from 'pino'
import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Cradle } from '#infrastructure/wiring/cradle.js'
import { makeDeadNotificationsCount, makeErasureObserver, makeJobs, makeRoundObserver } from '#infrastructure/wiring/jobs.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { makeOutboxBells } from '#infrastructure/wiring/waking.js'
import type { NotificationStore } from '#application/ports/notification-stores.js'
import type { PageRequest } from '#application/ports/page.js'
import { newErasure } from '#domain/accounts/erasure.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { settableClock } from '../../support/builders.js'
import { at } from '../../contracts/fixtures.js'

const PIECE_MS = 5

t.test('events and notifications give way to a journal that drains, and to nothing else', async (t) => {
  const { signal } = new AbortController()
  const { outbox, notifications } = memoryStores()
  let [mode, pieces] = ['draining', 0]
  const takesItsTime = async (): Promise<never> => {
    pieces++
    for (const end = performance.now() + PIECE_MS; performance.now() < end;);
    throw new Error('nothing is found')
  }
  const ports = {
    config: { reconcilePerMinute: 60, performanceLog: 'none' },
    clock: settableClock().clock,
    identity: { random: () => 'dispatcher' },
    outbox: { ...outbox, claim: takesItsTime },
    outboxBells: makeOutboxBells({ bells: makeLocalBus() }),
    live: {},
    notifications,
    notifying: { effect: { name: 'none' }, jobs: [{ name: 'notify', pauseMs: 1, run: takesItsTime }] },
    durability: { jobs: [], status: () => ({ mode, since: at(0), journal: null }) },
  }
  const jobs = makeJobs(ports as unknown as Cradle)
  t.ok(jobs.some(({ name }) => name === 'daily round'))
  t.notOk(makeJobs({ ...ports, config: { reconcilePerMinute: 0, performanceLog: 'none' } } as unknown as Cradle).some(({ name }) => name === 'daily round'), 'unless no question is allowed')
  for (const name of ['outbox 0', 'notify']) {
    const job = jobs.find((one) => one.name === name)
    const twice = async (): Promise<number> => {
      pieces = 0
      for (let turn = 0; turn < 2; turn++) await job?.run(signal).catch(() => {})
      return pieces
    }
    mode = 'dynamodb'
    t.equal(await twice(), 2, name)
    mode = 'draining'
    t.equal(await twice(), 0, `${name}, which has only just worked`)
  }
})

t.test('operators see what the daily round leaves undone in the metrics and the log', async (t) => {
  const metrics = makeMetrics()
  t.teardown(() => { metrics.close() })
  const lines: object[] = []
  const log = (fields: object): void => { lines.push(fields) }
  const observer = makeRoundObserver({ metrics, logger: { warn: log, error: log } as unknown as Logger })
  observer.left(3)
  observer.undone('2026-03-01', 3)
  observer.failed('pay_1', 'broken')
  t.match((await metrics.render()).body, /^basvideo_round_left 3$/m)
  t.same(lines, [{ day: '2026-03-01', count: 3 }, { err: 'broken', paymentId: 'pay_1' }])
})

t.test('operators see what of a deleted person is not cleared, by id and step', async (t) => {
  const metrics = makeMetrics()
  t.teardown(() => { metrics.close() })
  const lines: object[] = []
  const observe = makeErasureObserver({ metrics, logger: { error: (fields: object) => { lines.push(fields) } } as unknown as Logger })
  observe(newErasure('ada', ['ada@example.com'], at(0)), 'broken')
  t.match((await metrics.render()).body, /^basvideo_erasure_failures_total\{step="account"\} 1$/m)
  t.same(lines, [{ err: 'broken', userId: 'ada', step: 'account' }])
})

t.test('operators see how many notifications wait for a person, up to a hundred', async (t) => {
  const metrics = makeMetrics()
  t.teardown(() => { metrics.close() })
  const limits: number[] = []
  const notifications = {
    listDead: async ({ limit }: PageRequest) => {
      limits.push(limit)
      return { items: [1, 2], next: null }
    }
  } as unknown as NotificationStore
  const { run } = makeDeadNotificationsCount({ notifications, metrics })
  t.equal(await run(new AbortController().signal), false)
  t.match((await metrics.render()).body, /^basvideo_notifications_dead 2$/m)
  t.same(limits, [100])
})
