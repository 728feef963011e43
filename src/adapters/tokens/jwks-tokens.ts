import type { JWTVerifyGetKey } from 'jose'
import { DomainError } from '#domain/errors.js'

export interface JwksTokenOptions {
  readonly url: string
  readonly issuer: string
  readonly audience: string
}

const TIMEOUT_MS = 2000
const RETRY_AFTER_S = 5

type Jose = typeof import('jose')
type Verify = (token: string) => Promise<Record<string, unknown>>

/**
 * Tokens of another issuer, whose public keys are fetched from his JWKS address and kept while he keeps them.
 * The verifier throws keys_unavailable where he does not publish them just now: the token may well be right.
 */
export function jwksTokenVerifier (options: JwksTokenOptions): Verify {
  // Here, because a service that has no such issuer would wait for the library at each start.
  const loading = import('jose').then((jose) => verifierOf(jose, options))
  return async (token) => await (await loading)(token)
}

function verifierOf (jose: Jose, { url, issuer, audience }: JwksTokenOptions): Verify {
  const keys = publishedKeys(jose, url)
  return async (token) => {
    const { payload } = await jose.jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      requiredClaims: ['exp', 'iss', 'aud', 'sub'],
    })
    return payload
  }
}

function publishedKeys ({ createRemoteJWKSet, errors }: Jose, url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS })
  // The issuer's keys are known, and none of them is the one that the token names, or can be used.
  const isAnswer = (error: unknown): boolean =>
    error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported
  return async (...token) => {
    try {
      return await keys(...token)
    } catch (cause) {
      if (isAnswer(cause)) throw cause
      throw new DomainError('keys_unavailable', 'the keys that tokens are checked with can not be fetched just now', { retryAfterS: RETRY_AFTER_S, cause })
    }
  }
}
