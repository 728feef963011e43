import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { outboxShardOf } from '#application/ports/outbox-store.js'
import { settle } from '#domain/payments/settlement.js'
import { payment } from '../../../contracts/fixtures.js'
import { byCreation, dispatcherOf } from '../../../support/dispatching.js'
import { adminToken, adminUser, startService } from '../../../support/service.js'

const AT = '2026-03-01T10:00:00.000Z'

t.test('the figures cover a range of days', async (t) => {
  const store = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores: store } })
  for (const [index, createdAt] of [AT, AT, '2026-02-28T23:59:59.999Z'].entries()) await store.payments.insert(payment(`pay_${index}`, { createdAt }))
  await store.payments.update('pay_0', (before) => settle(before, { kind: 'succeeded', reference: 'ref', amount: 100, currency: 'TRY' }, AT))
  await store.payments.update('pay_0', (before) => settle(before, { kind: 'dispute', disputeId: 'dp_1', amount: 30, status: 'open' }, AT))
  await dispatcherOf(store).run()
  const none = { count: 0, amount: 0 }
  const figures = { refunded: none, disputes: { opened: { count: 1, amount: 30 }, won: none, lost: none } }
  const day = { period: '2026-03-01', statuses: [{ status: 'pending', count: 1, amount: 100 }, { status: 'disputed', count: 1, amount: 100 }], ...figures }
  const { status, body: { asOf, ...body } } = await call('GET', '/api/admin/payments/stats?from=2026-03-01&to=2026-03-31', adminUser)
  const { period, ...total } = day
  t.equal(status, 200)
  t.match(asOf, /^20.*Z$/)
  t.strictSame(body, { from: '2026-03-01', to: '2026-03-31', timeZone: 'UTC', groupBy: 'day', parkedEvents: 0, currencies: [{ currency: 'TRY', ...total, series: [day] }] })
  t.match((await call('GET', '/api/admin/payments/stats?from=2026-02-01&to=2026-03-31&groupBy=month', adminToken)).body,
    { groupBy: 'month', currencies: [{ series: [{ period: '2026-02' }, { period: '2026-03' }] }] })
  t.match((await call('GET', '/api/admin/payments/stats', adminToken)).body, { groupBy: 'day', currencies: [] }, 'nothing in the last 30 days')
})

t.test('a series has holes where nothing happened, unless it is filled with zeros', async (t) => {
  const store = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores: store } })
  for (const [paymentId, currency, createdAt] of [['pay_1', 'TRY', AT], ['pay_2', 'EUR', '2026-03-03T00:00:00.000Z']] as const) await store.payments.insert(payment(paymentId, { currency, createdAt }))
  await dispatcherOf(store).run()
  const ask = async (query: string) => {
    const { body } = await call('GET', `/api/admin/payments/stats?from=2026-02-28&to=2026-03-03${query}`, adminUser)
    return body['currencies'] as Array<{ series: Array<{ period: string, statuses: object[] }> }>
  }
  const periods = async (query: string) => (await ask(query)).map(({ series }) => series.map(({ period }) => period))
  t.same(await periods(''), [['2026-03-03'], ['2026-03-01']])
  const days = ['2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03']
  t.same(await periods('&fill=zero'), [days, days])
  t.same(await periods('&fill=zero&groupBy=month'), [['2026-02', '2026-03'], ['2026-02', '2026-03']])
  const [, lira] = await ask('&fill=zero')
  const none = { count: 0, amount: 0 }
  const empty = { statuses: [], refunded: none, disputes: { opened: none, won: none, lost: none } }
  t.same(lira?.series.map(({ period, ...figures }) => figures), [empty, { ...empty, statuses: [{ status: 'pending', count: 1, amount: 100 }] }, empty, empty])
  t.equal((await call('GET', '/api/admin/payments/stats?fill=none', adminUser)).status, 400)
})

t.test('the days are those of the shop, or of the time zone that is asked for', async (t) => {
  const store = memoryStores()
  const { call } = await startService(t, { env: { SHOP_TIME_ZONE: 'Europe/Istanbul' }, replacements: { openedStores: store } })
  await store.payments.insert(payment('pay_1', { createdAt: '2026-02-28T22:30:00.000Z' }))
  await store.payments.update('pay_1', (before) => settle(before, { kind: 'succeeded', reference: 'ref', amount: 100, currency: 'TRY' }, AT))
  await dispatcherOf(store).run()
  const ask = async (query: string) => await call('GET', `/api/admin/payments/stats?from=2026-02-28&to=2026-03-01${query}`, adminUser)
  const succeeded = { status: 'succeeded', count: 1, amount: 100 }
  t.match(await ask(''), { status: 200, body: { timeZone: 'Europe/Istanbul', currencies: [{ series: [{ period: '2026-03-01', statuses: [succeeded] }] }] } })
  t.match(await ask('&timeZone=UTC'), {
    body: {
      timeZone: 'UTC',
      currencies: [{
        statuses: [succeeded],
        series: [{ period: '2026-02-28', statuses: [{ status: 'pending', count: 1, amount: 100 }] }, { period: '2026-03-01', statuses: [{ status: 'pending', count: -1, amount: -100 }, succeeded] }],
      }],
    },
  })
  t.match(await ask('&timeZone=Europe/Ankara'), { status: 422, body: { code: 'unknown_time_zone' } })
  t.match(await ask('&timeZone='), { status: 400, body: { code: 'validation_failed' } })
  await store.stats.saveRecount({ since: AT, isComplete: false, position: null, looked: 0 })
  t.match(await ask('&timeZone=Europe/Istanbul'), { status: 409, body: { code: 'recount_unfinished' } })
  t.match(await ask(''), { status: 200, body: { timeZone: 'UTC', currencies: [{ series: [{ period: '2026-02-28', statuses: [succeeded] }] }] } }, 'as before')
})

t.test('an invalid range is refused', async (t) => {
  const { call } = await startService(t)
  const ask = async (query: string) => await call('GET', `/api/admin/payments/stats?${query}`, adminToken)
  for (const query of ['from=2026-02-30', 'to=2026-13-01', 'from=1999-12-31', 'to=2026-1-1', 'from=2026-03-01T00:00:00Z', 'from=', 'groupBy=week', 'groupBy=', 'limit=1', 'from=2026-01-01&from=2026-01-02']) {
    t.match(await ask(query), { status: 400, body: { code: 'validation_failed' } }, query)
  }
  for (const query of ['from=2026-03-02&to=2026-03-01', 'from=2025-01-01&to=2026-03-01', 'from=2999-12-31']) t.match(await ask(query), { status: 422, body: { code: 'invalid_range' } }, query)
})

t.test('parked events are listed with their reason and can be retried', async (t) => {
  const store = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores: store } })
  t.same((await call('GET', '/api/admin/outbox/parked', adminUser)).body, { items: [], nextCursor: null })
  const decisions = ['pay_1', 'pay_2'].map((paymentId) => payment(paymentId, { createdAt: AT }))
  for (const decision of decisions) {
    await store.payments.insert(decision)
    for (const event of decision.events) {
      const lease = await store.outbox.claim(outboxShardOf(event), { owner: 'x', now: AT, until: AT })
      await store.outbox.park(lease, { event, reason: 'odd', parkedAt: AT })
    }
  }
  const shown = decisions.flatMap(({ events }) => events).map(({ eventId, type, subjectId, occurredAt }) => ({ eventId, type, subjectId, occurredAt }))
  const { body: first } = await call('GET', '/api/admin/outbox/parked?limit=1', adminUser)
  t.strictSame(first.items, [{ ...shown[1], reason: 'odd', parkedAt: AT }])
  const { body: second } = await call('GET', `/api/admin/outbox/parked?limit=1&cursor=${first.nextCursor}`, adminUser)
  t.strictSame([second.items, second.nextCursor], [[{ ...shown[0], reason: 'odd', parkedAt: AT }], null])
  t.match(await call('GET', '/api/admin/outbox/parked?cursor=x', adminUser), { status: 400, body: { code: 'invalid_cursor' } })

  const retry = async (eventId = '') => await call('POST', `/api/admin/outbox/parked/${encodeURIComponent(eventId)}/retry`, adminToken)
  const { status, body } = await retry(shown[0]?.eventId)
  t.strictSame([status, body], [200, shown[0]])
  t.match(await retry(shown[0]?.eventId), { status: 404, body: { code: 'not_found' } }, 'it waits already')
  t.match(await retry('a b'), { status: 400, body: { code: 'validation_failed' } })
  t.match(await call('GET', '/api/admin/payments/stats', adminToken), { body: { parkedEvents: 1, asOf: AT } })
  await dispatcherOf(store).run()
  t.same(await byCreation(store, '2026-03-01'), [{ slice: '2026-03-01', currency: 'TRY', figures: { pending_count: 1, pending_amount: 100 } }])
})
