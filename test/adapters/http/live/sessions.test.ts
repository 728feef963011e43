import type { AddressInfo } from 'node:net'
import t from 'tap'
import { startAccounts } from '../../../support/accounts.js'
import { openStream } from '../../../support/live.js'
import { as, startService, verifyTestToken } from '../../../support/service.js'

t.test('a ticket opens streams as long as its session goes on', async (t) => {
  const service = await startAccounts(t, { listen: true })
  await service.join('ada@example.com')
  const { headers, refreshToken } = await service.signIn('ada@example.com')
  const { body } = await service.call('POST', '/api/events/tickets', headers)
  const address = `/api/events?ticket=${String(body['ticket'])}`
  const stream = await openStream(`http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}${address}`)
  await stream.next('hello')
  stream.close()
  await service.post('/api/auth/logout', { refreshToken })
  t.match(await service.call('GET', address), { status: 401 })
})

t.test('where another service signs the tokens, and there is no secret, there are no tickets', async (t) => {
  const { call } = await startService(t, { env: { AUTH_MODE: 'jwks', JWKS_URL: 'http://127.0.0.1:1/keys' }, replacements: { verifyToken: verifyTestToken } })
  t.match(await call('POST', '/api/events/tickets', as('ada')), { status: 404, body: { code: 'not_found' } })
  t.match(await call('GET', `/api/events?ticket=a.${'b'.repeat(43)}`), { status: 401 })
  t.match(await call('GET', '/api/events', as('ada')), { status: 200 })
})
