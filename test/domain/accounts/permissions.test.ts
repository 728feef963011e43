import fc from 'fast-check'
import t from 'tap'
import { allows, isEvery, SCOPES, SCOPES_OF_ROLES, scopesOfToken } from '#domain/accounts/permissions.js'
import { ROLES, STAFF_ROLES } from '#domain/accounts/user.js'

t.test('each role may do what the one before it may, and an administrator everything', async (t) => {
  const sets = ROLES.map((role): readonly string[] => SCOPES_OF_ROLES[role])
  for (const [index, scopes] of sets.entries()) t.ok((sets[index - 1] ?? []).every((scope) => scopes.includes(scope)))
  t.same(sets.map(({ length }) => length), [0, 1, 3, 7, SCOPES.length])
  t.same(ROLES.map((role) => isEvery(SCOPES_OF_ROLES[role])), [false, false, false, false, true])
  t.same([allows(['read'], 'read'), allows(['read'], 'refund'), allows([], 'read')], [true, false, false])
})

t.test('a token has the scopes of its role if that counts, and those that it names with our prefix', async (t) => {
  t.same(scopesOfToken({ role: 'admin' }, ['admin']), SCOPES)
  t.same(scopesOfToken({ role: 'viewer' }, ['admin']), [], 'a viewer of another service')
  t.same(scopesOfToken({ role: 'viewer' }, STAFF_ROLES), ['read'])
  t.same(scopesOfToken({ role: 'support', scope: 'openid basvideo:refund basvideo:read' }, STAFF_ROLES), ['read', 'operate', 'moderate', 'refund'])
  t.same(scopesOfToken({ role: 'admin', scope: 'basvideo:read' }, ['admin']), SCOPES, 'a scope takes nothing away')
  t.same(scopesOfToken({ scope: 'basvideo:keys' }, []), ['keys'])
})

t.test('nothing else in a token is a permission', async (t) => {
  for (const scope of ['read', 'users', 'basvideo:', 'basvideo:everything', 'xbasvideo:read', 'basvideo:read,basvideo:keys', 'BASVIDEO:READ', ['basvideo:read'], 7, null, undefined]) {
    t.same(scopesOfToken({ scope }, STAFF_ROLES), [], JSON.stringify(scope))
  }
  for (const role of ['user', 'Admin', ['admin'], true, null, '__proto__', 'constructor', undefined]) t.same(scopesOfToken({ role }, STAFF_ROLES), [], JSON.stringify(role))
  fc.assert(fc.property(fc.anything(), fc.anything(), (role, scope) => scopesOfToken({ role, scope }, []).length === 0 || String(scope).includes('basvideo:')))
})
