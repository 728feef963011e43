import { DAY_MS, HOUR_MS, laterBy, type Timestamp } from '../time.js'
import { SCOPES, type Scope } from './permissions.js'

/** What a key may have. Users, their roles and keys are for people: who finds a key makes no other way in with it. */
export const KEY_SCOPES: readonly Scope[] = SCOPES.filter((scope) => scope !== 'users' && scope !== 'keys')

/** Keys at once, those that have expired too. Each process holds all of them. */
export const API_KEYS_MAX = 100
export const KEY_DAYS_MAX = 366
export const KEY_NETWORKS_MAX = 20
export const KEY_NAME_MAX_CHARACTERS = 100

/** By what a service is known. The key itself is shown once, and stored nowhere. */
export interface ApiKey {
  readonly keyId: string
  /** SHA-256 of the key, in hex. */
  readonly digest: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Addresses, and networks by their prefix, from which it is accepted; none: from anywhere. */
  readonly networks: readonly string[]
  /** Who made it; null for the shared token. */
  readonly createdBy: string | null
  readonly createdAt: Timestamp
  readonly expiresAt: Timestamp
  /** The beginning of the hour of its last use that is known; null before the first. */
  readonly lastUsedAt: Timestamp | null
}

export interface ApiKeyDraft extends Pick<ApiKey, 'name' | 'scopes' | 'networks'> {
  readonly expiresInDays: number
}

export function newApiKey ({ name, scopes, networks, expiresInDays }: ApiKeyDraft, ids: Pick<ApiKey, 'keyId' | 'digest' | 'createdBy'>, now: Timestamp): ApiKey {
  return { ...ids, name, scopes: KEY_SCOPES.filter((scope) => scopes.includes(scope)), networks, createdAt: now, expiresAt: laterBy(now, expiresInDays * DAY_MS), lastUsedAt: null }
}

/** The hour that is to be noted as that of the last use; null where it is noted already. */
export function hourToNote ({ lastUsedAt }: ApiKey, now: Timestamp): Timestamp | null {
  const hour = new Date(Math.floor(Date.parse(now) / HOUR_MS) * HOUR_MS).toISOString()
  return lastUsedAt === null || lastUsedAt < hour ? hour : null
}

export function isExpired ({ expiresAt }: ApiKey, now: Timestamp): boolean {
  return expiresAt <= now
}
