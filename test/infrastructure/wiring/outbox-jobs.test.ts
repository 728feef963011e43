import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { clock, identity } from '#adapters/system/system.js'
import { OUTBOX_SHARDS, outboxShardOf, PARKED_COUNT_MAX } from '#application/ports/outbox-store.js'
import { makeLogger } from '#infrastructure/runtime/logger.js'
import { makeOutboxJobs, makeOutboxObserver } from '#infrastructure/wiring/jobs.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { makeOutboxBells } from '#infrastructure/wiring/waking.js'
import { suppressed } from '#domain/notifications/notification.js'
import { at, payment } from '../../contracts/fixtures.js'
import { notification } from '../../contracts/notification-store.contract.js'
import { faultyPorts } from '../../support/faulty-store.js'
import { adminToken, as, key, startService } from '../../support/service.js'

async function figure (metrics: ReturnType<typeof makeMetrics>, name: string): Promise<number> {
  const { body } = await metrics.render()
  return Number(new RegExp(`^basvideo_outbox_${name.replace(/[{}]/g, '\\$&')} (.+)$`, 'm').exec(body)?.[1])
}

t.test('a listening service counts its payments, and releases its shards when it stops', async (t) => {
  const store = memoryStores()
  const { call, app } = await startService(t, { listen: true, replacements: { openedStores: store } })
  await call('POST', '/api/payments/process', { ...as('ada'), ...key('k') }, { amount: 500, currency: 'TRY', orderId: 'o', paymentMethod: { token: 'tok_ok' } })
  const counted = async () => (await call('GET', '/api/admin/payments/stats', adminToken)).body['currencies'] as Array<{ statuses: Array<{ status: string }> }>
  while ((await counted())[0]?.statuses[0]?.status !== 'succeeded') await new Promise(setImmediate)
  t.match(await counted(), [{ currency: 'TRY', statuses: [{ status: 'succeeded', count: 1, amount: 500 }] }])
  await app.close()
  for (let shard = 0; shard < OUTBOX_SHARDS; shard++) t.match(await store.outbox.claim(shard, { owner: 'next', now: clock(), until: at(0) }), { owner: 'next' })
})

t.test('a job that fails is logged by its name, and goes on', async (t) => {
  const store = memoryStores()
  const faulty = faultyPorts()
  faulty.plan({ call: 1, when: 'before' })
  const { logs } = await startService(t, { listen: true, replacements: { openedStores: { ...store, outbox: faulty.wrap(store.outbox) } } })
  while (faulty.calls() < 2 || !logs.some((line) => line.includes('"job"'))) await new Promise(setImmediate)
  t.match(logs.map((line) => JSON.parse(line) as object).filter((line) => 'job' in line), [{ level: 50, job: 'outbox 0', err: { code: 'store_unavailable' } }])
})

t.test('lag grows while an event waits, and ends with it', async (t) => {
  const metrics = makeMetrics()
  const { waiting, ended } = makeOutboxObserver({ metrics, logger: makeLogger({ level: 'silent', secrets: [], write: () => {} }) })
  t.equal(await figure(metrics, 'lag_seconds'), 0)
  waiting(1, new Date(Date.now() - 5000).toISOString())
  waiting(2, new Date(Date.now() - 60_000).toISOString())
  const lag = await figure(metrics, 'lag_seconds')
  t.ok(lag >= 60 && lag < 90, `${lag} s`)
  waiting(2, null)
  t.ok((await figure(metrics, 'lag_seconds')) < 50)
  waiting(1, null)
  t.equal(await figure(metrics, 'lag_seconds'), 0)
  ended('completed', 3)
  ended('completed', 2)
  t.equal(await figure(metrics, 'events_total{outcome="completed"}'), 5)
})

t.test('parked events are counted, up to a limit, and logged once, by their ids', async (t) => {
  const { outbox, payments, stats } = memoryStores()
  const metrics = makeMetrics()
  const lines: string[] = []
  const observer = makeOutboxObserver({ metrics, logger: makeLogger({ level: 'info', secrets: [], write: (line) => { lines.push(line) } }) })
  const [event] = payment('pay_1').events
  if (event === undefined) throw new Error('there is one')
  observer.parked({ event, reason: 'odd' })
  observer.suppressed(suppressed(notification('ntf_1'), 'not wanted'))
  t.match((await metrics.render()).body, /basvideo_notifications_total\{kind="payment_succeeded",state="suppressed"\} 1/)
  t.match(lines.map((line) => JSON.parse(line) as object), [{ level: 50, eventId: event.eventId, type: 'payment.created', reason: 'odd' }])
  t.notOk(lines.join('').includes('ayse'))
  const counting = makeOutboxJobs({ outbox, payments, stats, clock, identity, effects: [], outboxObserver: observer, outboxBells: makeOutboxBells({ bells: makeLocalBus() }), metrics }).at(-1)
  t.equal(await counting?.run(new AbortController().signal), false)
  t.equal(await figure(metrics, 'parked'), 0)
  for (let index = 0; index < PARKED_COUNT_MAX + 5; index++) {
    const decision = payment(`pay_${index}`)
    await payments.insert(decision)
    for (const event of decision.events) {
      await outbox.park(await outbox.claim(outboxShardOf(event), { owner: 'ada', now: at(0), until: at(1) }), { event, reason: 'odd', parkedAt: at(0) })
    }
  }
  await counting?.run(new AbortController().signal)
  t.equal(await figure(metrics, 'parked'), PARKED_COUNT_MAX)
})
