import t from 'tap'
import { ROLES } from '#domain/accounts/user.js'
import { tokenRolesOf } from '#infrastructure/config/token-roles.js'

t.test('of the roles of another issuer, those count that are named, and of our own accounts all', async (t) => {
  t.same(tokenRolesOf({ AUTH_MODE: 'secret', TOKEN_ROLES: 'admin' }), ['admin'])
  t.same(tokenRolesOf({ AUTH_MODE: 'jwks', TOKEN_ROLES: 'finance, viewer' }), ['viewer', 'finance'])
  t.same(tokenRolesOf({ AUTH_MODE: 'local', TOKEN_ROLES: 'viewer' }), ROLES)
})

t.test('a role that no one can have, and one that is named twice, are refused', async (t) => {
  for (const TOKEN_ROLES of ['user', 'owner', 'admin,admin', 'Admin']) {
    t.throws(() => tokenRolesOf({ AUTH_MODE: 'jwks', TOKEN_ROLES }), { message: 'TOKEN_ROLES must hold some of viewer, support, finance, admin, each once' }, TOKEN_ROLES)
  }
})
