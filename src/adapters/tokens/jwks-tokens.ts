import { publishedKeys } from './published-keys.js'

export interface JwksTokenOptions {
  readonly url: string
  readonly issuer: string
  readonly audience: string
}

export const PUBLISHED_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const

type Jose = typeof import('jose')
type Verify = (token: string) => Promise<Record<string, unknown>>

/**
 * Verifies tokens of another issuer with the public keys at its JWKS address. The verifier throws keys_unavailable while there are no keys,
 * because the token may be valid.
 */
export function makeJwksTokenVerifier (options: JwksTokenOptions): Verify {
  // Imported here, so that a service without such an issuer does not wait for the package at its start.
  const loading = import('jose').then((jose) => verifierOf(jose, options))
  return async (token) => await (await loading)(token)
}

function verifierOf (jose: Jose, { url, issuer, audience }: JwksTokenOptions): Verify {
  const keys = publishedKeys(jose, url)
  return async (token) => {
    refuseJunk(jose, token, { issuer, audience })
    const { payload } = await jose.jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: [...PUBLISHED_ALGORITHMS],
      requiredClaims: ['exp', 'iss', 'aud', 'sub'],
    })
    return payload
  }
}

/** Refuses what no key could make valid, so that it costs no request to the issuer. @throws Error */
function refuseJunk (jose: Jose, token: string, { issuer, audience }: Omit<JwksTokenOptions, 'url'>): void {
  const { alg = '' } = jose.decodeProtectedHeader(token)
  const { iss, aud, exp = 0, sub } = jose.decodeJwt(token)
  const isOurs = iss === issuer && [aud].flat().includes(audience) && typeof sub === 'string'
  const isSigned = (PUBLISHED_ALGORITHMS as readonly string[]).includes(alg)
  if (!isOurs || !isSigned || exp * 1000 <= Date.now()) throw new Error('the token is not of this issuer, or over')
}
