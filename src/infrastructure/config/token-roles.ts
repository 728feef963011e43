import { ROLES, STAFF_ROLES, type Role } from '#domain/accounts/user.js'
import type { EnvironmentValues } from './environment.js'
import { ConfigError, split } from './variables.js'

/** Another issuer may mean something else by the name of a role, such as those who watch a room by `viewer`. */
export function tokenRolesOf ({ AUTH_MODE: mode, TOKEN_ROLES: text }: Pick<EnvironmentValues, 'AUTH_MODE' | 'TOKEN_ROLES'>): readonly Role[] {
  if (mode === 'local') return ROLES
  const names = split(text)
  const roles = STAFF_ROLES.filter((role) => names.includes(role))
  if (roles.length < names.length) throw new ConfigError('TOKEN_ROLES', `must hold some of ${STAFF_ROLES.join(', ')}, each once`)
  return roles
}
