import type { FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters, JWTVerifyGetKey } from 'jose'
import { DomainError } from '#domain/errors.js'

type Jose = typeof import('jose')
type LocalSet = ReturnType<Jose['createLocalJWKSet']>

const TIMEOUT_MS = 2000
const RETRY_AFTER_S = 5
/** The age at which known keys are fetched again, beside the requests. */
const FRESH_MS = 10 * 60_000
/** How long known keys count while they cannot be fetched. */
const KNOWN_MAX_MS = 24 * 60 * 60_000
/** The time between two requests to the issuer, after one that failed and after one that answered. */
const COOL_DOWN_MS = { failed: RETRY_AFTER_S * 1000, answered: 30_000 }

/**
 * The keys at a JWKS address. They are fetched when the first token comes, when they are ten minutes old, and for a key that they do not hold, never
 * more often than the cool-down allows. Known keys outlive an outage of the issuer by a day.
 *
 * @throws keys_unavailable while there are no keys
 */
export function publishedKeys (jose: Jose, url: string, nowMs: () => number = () => performance.now()): JWTVerifyGetKey {
  const { createLocalJWKSet, createRemoteJWKSet, errors } = jose
  const remote = createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS })
  let known: { readonly keys: LocalSet, readonly fetchedAt: number } | null = null
  let coolUntil = -Infinity
  let fetching: Promise<unknown> | null = null
  let failure: unknown

  /** Resolves when the keys were fetched, or could not be. */
  async function fetchKeys (): Promise<void> {
    try {
      await remote.reload()
      known = { keys: createLocalJWKSet(remote.jwks() as JSONWebKeySet), fetchedAt: nowMs() }
      coolUntil = nowMs() + COOL_DOWN_MS.answered
    } catch (error) {
      failure = error
      coolUntil = nowMs() + COOL_DOWN_MS.failed
    }
    fetching = null
  }

  /** Asks the issuer, once for all who wait. During a cool-down it asks no one. */
  async function refresh (): Promise<void> {
    if (fetching === null && nowMs() >= coolUntil) fetching = fetchKeys()
    await fetching
  }

  function keysNow (): LocalSet {
    if (known !== null && nowMs() - known.fetchedAt < KNOWN_MAX_MS) return known.keys
    throw new DomainError('keys_unavailable', 'the keys that tokens are checked with cannot be fetched', { retryAfterS: RETRY_AFTER_S, cause: failure })
  }

  return async (header?: JWSHeaderParameters, token?: FlattenedJWSInput) => {
    const age = known === null ? Infinity : nowMs() - known.fetchedAt
    const refreshing = age < FRESH_MS ? null : refresh()
    if (age >= KNOWN_MAX_MS) await refreshing
    const before = keysNow()
    try {
      return await before(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await refresh()
      const after = keysNow()
      if (after === before) throw error
      return await after(header, token)
    }
  }
}
