import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { raiseFlag } from '#domain/payments/decision.js'
import { settle } from '#domain/payments/settlement.js'
import { at, payment, webhookEvent } from '../../../contracts/fixtures.js'
import { report } from '../../../contracts/message-report-store.contract.js'
import { deadAt, notification } from '../../../contracts/notification-store.contract.js'
import { settableClock } from '../../../support/builders.js'
import { dispatcherOf } from '../../../support/dispatching.js'
import { adminUser, startService } from '../../../support/service.js'

t.test('an administrator sees how much waits of each kind, and each path leads to its list', async t => {
  const stores = memoryStores()
  const time = settableClock()
  const { call } = await startService(t, { replacements: { openedStores: stores, clock: time.clock } })
  const counts = async () => (await call('GET', '/api/admin/attention', adminUser)).body.items
  const empty = await counts()
  t.ok(empty.every((item) => item['count'] === 0 && item['isCapped'] === false))
  t.same(empty.filter((item) => item['flag'] === undefined).map((item) => item['kind']), ['parked_events', 'parked_webhook_events', 'quarantined_writes', 'dead_notifications', 'open_disputes', 'shipments_attention', 'reported_messages'])

  await stores.payments.insert(payment('pay_1'))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' }, at(1)))
  await stores.payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 100 }, at(2)))
  await stores.payments.update('pay_1', (before) => raiseFlag(before, 'late_success', at(3)))
  await stores.webhookEvents.insert(webhookEvent('a#1', { state: 'parked', dueAt: null }))
  const { stored } = await stores.notifications.insert(notification('ntf_1'))
  await stores.notifications.replace(deadAt(stored))
  await stores.messageReports.insert(report('msg_1'))
  const { run } = dispatcherOf(stores)
  await run()
  t.same(await counts(), empty, 'a count of five seconds ago')
  time.advance(5_000)
  const found = (await counts()).filter((item) => item['count'] === 1)
  t.same(found.map(({ kind, flag, path }) => [kind, flag, path]), [
    ['flagged_payments', 'late_success', '/api/admin/payments?flag=late_success'],
    ['parked_webhook_events', undefined, '/api/admin/webhook-events?state=parked'],
    ['dead_notifications', undefined, '/api/admin/notifications/dead'],
    ['open_disputes', undefined, '/api/admin/disputes?status=open'],
    ['reported_messages', undefined, '/api/admin/message-reports?state=open'],
  ])
  for (const { path } of found) t.match((await call('GET', String(path), adminUser)).body, { items: { length: 1 } }, String(path))
  for (const { path } of empty) t.match(await call('GET', String(path), adminUser), { status: 200 }, String(path))

  t.match(await call('POST', '/api/admin/payments/pay_1/flags/late_success/resolve', adminUser, { decision: 'dismiss', note: 'the payer has both' }), { status: 200 })
  await run()
  time.advance(5_000)
  t.match((await counts()).find(({ flag }) => flag === 'late_success'), { count: 0 }, 'a dismissed flag waits for no one')
})
