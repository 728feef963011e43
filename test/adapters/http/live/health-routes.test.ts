import t from 'tap'
import { openStream } from '../../../support/live.js'
import { adminToken, adminUser, as, startService } from '../../../support/service.js'

const HEALTH = '/api/admin/health/events'

t.test('administrators follow the health of the service until it stops', async (t) => {
  const service = await startService(t, { listen: true })
  const first = await openStream(`${service.url()}${HEALTH}`, adminUser)
  t.match(first.headers, { 'content-type': /^text\/event-stream/ })
  t.match((await first.next('hello')).data, { position: '', heartbeatS: 15 })
  t.match((await first.next('health')).data, { mode: 'memory', store: 'up', outbox: { lagSeconds: 0 }, providers: [{ name: 'simulator', breaker: 'closed' }], attention: [{ kind: 'flagged_payments', count: 0, path: /^\/api\/admin\/payments\?flag=/ }] })
  const second = await openStream(`${service.url()}${HEALTH}`, adminToken)
  await second.next('health')
  second.close()
  await first.next('health')
  await service.close()
  t.match((await first.next('reconnect')).data, { reason: 'shutdown' })
  await first.ended
})

t.test('the stream counts among the streams of its reader, and is for administrators', async (t) => {
  const service = await startService(t, { listen: true, env: { LIVE_CONNECTIONS_MAX: '1' } })
  const { call } = service
  t.equal((await call('GET', HEALTH, as('ada'))).status, 403)
  t.equal((await call('GET', HEALTH)).status, 401)
  const only = await openStream(`${service.url()}${HEALTH}`, adminUser)
  await only.next('hello')
  t.match(await call('GET', HEALTH, adminUser), { status: 503, body: { code: 'overloaded' } })
  only.close()
})
