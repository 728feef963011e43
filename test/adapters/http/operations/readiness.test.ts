// @own-process
import t from 'tap'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { ScriptedGateway } from '../../../support/scripted-gateway.js'
import { adminToken, as, startService } from '../../../support/service.js'

const LACK = 'basvideo-messages has no index userId-index: npx --no basvideo tables makes what is missing'

t.test('a service that lacks something says all of it at its start and in readiness, and answers', async (t) => {
  const { call, logs, close } = await startService(t, { listen: true, replacements: { openedStores: { ...memoryStores(), inspect: async () => [LACK, 'basvideo-users is missing'] } } })
  t.match(await call('GET', '/api/health/ready'), { status: 503, body: { code: 'store_unavailable', detail: `${LACK}; basvideo-users is missing` }, headers: { 'retry-after': '5' } })
  t.equal((await call('GET', '/api/health')).status, 200)
  await close()
  const lines = logs.filter((text) => text.includes('the store lacks')).map((text) => JSON.parse(text) as unknown)
  t.match(lines, [{ level: 50, lacks: [LACK, 'basvideo-users is missing'] }])
  t.equal(lines.length, 1)
})

t.test('a service is ready once it has what it lacked', async (t) => {
  let lacks = [LACK]
  let second = 0
  t.intercept(performance, 'now', { value: () => second * 1000 })
  const { call } = await startService(t, { replacements: { openedStores: { ...memoryStores(), inspect: async () => lacks } } })
  t.equal((await call('GET', '/api/health/ready')).status, 503)
  lacks = []
  t.equal((await call('GET', '/api/health/ready')).status, 503, 'one look answers for a second')
  second = 1
  t.equal((await call('GET', '/api/health/ready')).status, 200)
})

t.test('a service that is told to stop is not ready, before its socket closes', async (t) => {
  const { call, close } = await startService(t, { listen: true })
  t.equal((await call('GET', '/api/health/ready')).status, 200)
  const closed = close()
  t.match(await call('GET', '/api/health/ready'), { status: 503, body: { code: 'store_unavailable', detail: 'the service is stopping' } })
  t.equal((await call('GET', '/api/health/live')).status, 200)
  await closed
})

t.test('health shows the lag of the outbox, and which provider takes no new payments', async (t) => {
  const metrics = makeMetrics()
  const start = Date.now()
  metrics.setOutboxWaiting(0, start - 90_000)
  const gateways = [{}, { outage: 12 }, { outageS: undefined }].map((breaker, index) => Object.assign(new ScriptedGateway({ provider: `p${index}` }), breaker))
  const { call } = await startService(t, { replacements: { metrics, gateways: gateways as never } })
  const { body } = await call('GET', '/api/health')
  const { lagSeconds } = body['outbox'] as { lagSeconds: number }
  t.ok(lagSeconds >= 90 && lagSeconds <= 91 + (Date.now() - start) / 1000, String(lagSeconds))
  t.match(body, {
    ok: true,
    providers: [{ name: 'p0', state: 'up' }, { name: 'p1', state: 'down' }, { name: 'p2', state: 'up' }],
  })
})

t.test('administrators see each provider with its currencies, its state and its last error', async (t) => {
  const standing = () => ({ breaker: 'open', since: '2026-11-23T13:00:00.000Z', lastErrorCode: '1001' })
  const gateways = [Object.assign(new ScriptedGateway({ provider: 'out', currencies: ['TRY', 'USD'] }), { standing }), new ScriptedGateway({ provider: 'fine' })]
  const { call } = await startService(t, { replacements: { gateways: gateways as never } })
  t.same((await call('GET', '/api/admin/providers', adminToken)).body, {
    providers: [
      { name: 'out', currencies: ['TRY', 'USD'], breaker: 'open', since: '2026-11-23T13:00:00.000Z', lastErrorCode: '1001' },
      { name: 'fine', currencies: null, breaker: 'closed' },
    ],
  })
  t.equal((await call('GET', '/api/admin/providers', as('ada'))).status, 403)
})
