import t from 'tap'
import type { Scope } from '#domain/accounts/permissions.js'
import { SCOPES_OF_ROLES } from '#domain/accounts/permissions.js'
import { ask, verdictOf, world } from '../../../support/access.js'
import { enterConsole } from '../../../support/console.js'
import { registeredRoutes, type Route } from '../../../support/routes.js'
import { as, startService, type TestService } from '../../../support/service.js'

const SIGNED = { payer: as('ada'), writer: as('bora'), payerId: 'ada' }

/** What a route answers to a person who has entered with these scopes, and owns nothing in the world. */
function expected ({ policy, scope }: Route, scopes: readonly Scope[]): string {
  switch (policy) {
    case 'admin': return scope !== undefined && scopes.includes(scope) ? 'let in' : 'forbidden'
    case 'user': return 'unauthorized'
    case 'provider': return 'not signed'
    default: return 'let in'
  }
}

t.test('the session of the console counts on every route with a scope, its own routes, and nowhere else', async (t) => {
  let service: TestService | undefined
  const routes = await registeredRoutes(async () => (service = await startService(t, { env: { TOKEN_ROLES: 'support', RETURN_URL_ORIGINS: 'https://shop.example' } })))
  if (service === undefined) throw new Error('the service has started')
  const ids = await world(service, SIGNED)
  const token = String(as('destek', { role: 'support' })['authorization']).slice('Bearer '.length)
  const { headers } = await enterConsole(service, { token })
  const found: Record<string, string> = {}
  const wanted: Record<string, string> = {}
  for (const route of routes) {
    // Users may call these for what is theirs, and the matrix of callers knows what they meet there.
    if (route.policy === 'user-or-admin' || route.name === 'DELETE /api/console/session') continue
    found[route.name] = verdictOf(route, await ask(service, route, ids, headers))
    wanted[route.name] = expected(route, SCOPES_OF_ROLES.support)
  }
  t.same(found, wanted)
  t.equal((await service.call('GET', `/api/payments/${ids.paymentId}`, headers)).status, 200, 'for others')
  t.equal((await service.call('POST', `/api/payments/${ids.paymentId}/cancel`, headers)).status, 404, 'without the scope')
  t.equal((await service.call('DELETE', '/api/console/session', headers)).status, 204)
})
