import type { JWTVerifyGetKey } from 'jose'
import { DomainError } from '#domain/errors.js'

export interface JwksTokenOptions {
  readonly url: string
  readonly issuer: string
  readonly audience: string
}

export const PUBLISHED_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const

const TIMEOUT_MS = 2000
const RETRY_AFTER_S = 5

type Jose = typeof import('jose')
type Verify = (token: string) => Promise<Record<string, unknown>>

/**
 * Verifies tokens of another issuer with the public keys at its JWKS address, which are fetched and cached. The verifier throws
 * keys_unavailable while the keys cannot be fetched, because the token may be valid.
 */
export function makeJwksTokenVerifier (options: JwksTokenOptions): Verify {
  // Imported here, so that a service without such an issuer does not wait for the package at its start.
  const loading = import('jose').then((jose) => verifierOf(jose, options))
  return async (token) => await (await loading)(token)
}

function verifierOf (jose: Jose, { url, issuer, audience }: JwksTokenOptions): Verify {
  const keys = publishedKeys(jose, url)
  return async (token) => {
    const { payload } = await jose.jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: [...PUBLISHED_ALGORITHMS],
      requiredClaims: ['exp', 'iss', 'aud', 'sub'],
    })
    return payload
  }
}

/** The keys at a JWKS address, fetched and cached. @throws keys_unavailable while they cannot be fetched */
export function publishedKeys ({ createRemoteJWKSet, errors }: Jose, url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS })
  // The keys were fetched, and none of them matches the token or can be used.
  const isAnswer = (error: unknown): boolean =>
    error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported
  return async (...token) => {
    try {
      return await keys(...token)
    } catch (cause) {
      if (isAnswer(cause)) throw cause
      throw new DomainError('keys_unavailable', 'the keys that tokens are checked with can not be fetched', { retryAfterS: RETRY_AFTER_S, cause })
    }
  }
}
