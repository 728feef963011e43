import type { Role } from './user.js'

/** What people with a role and API keys may do for others. Each route of the back office names one. */
export const SCOPES = ['read', 'operate', 'moderate', 'refund', 'reconcile', 'export', 'credit', 'shops', 'erase', 'users', 'keys'] as const
export type Scope = typeof SCOPES[number]

const SUPPORT = ['read', 'operate', 'moderate'] as const satisfies readonly Scope[]

/** The scopes of each role. */
export const SCOPES_OF_ROLES = {
  user: [],
  viewer: ['read'],
  support: SUPPORT,
  finance: [...SUPPORT, 'refund', 'reconcile', 'export', 'credit'],
  admin: SCOPES,
} as const satisfies Record<Role, readonly Scope[]>

/** Before a scope in a token, so that no scope of another service is taken for one of ours. */
const PREFIX = 'basvideo:'

/** What a token says about what its bearer may do. */
export interface Granted {
  readonly role?: unknown
  /** Separated by spaces (RFC 8693). */
  readonly scope?: unknown
}

/** The role of a token, if tokens may carry it; null for every other. */
export function roleOfToken ({ role }: Granted, roles: readonly Role[]): Role | null {
  return roles.find((one) => one === role) ?? null
}

/** The scopes of a token: those of its role, if tokens may carry it, and those that it names itself. What it says beside them counts for nothing. */
export function scopesOfToken (granted: Granted, roles: readonly Role[]): readonly Scope[] {
  const { scope } = granted
  const known = roleOfToken(granted, roles)
  const named = typeof scope === 'string' ? scope.split(' ') : []
  return SCOPES.filter((one) => (known !== null && allows(SCOPES_OF_ROLES[known], one)) || named.includes(PREFIX + one))
}

export function allows (scopes: readonly Scope[], wanted: Scope): boolean {
  return scopes.includes(wanted)
}

/** Whether the scopes are those of an administrator. */
export function isEvery (scopes: readonly Scope[]): boolean {
  return SCOPES.every((scope) => scopes.includes(scope))
}
