import { createRemoteJWKSet, jwtVerify } from 'jose'

export interface JwksTokenOptions {
  readonly url: string
  readonly issuer: string
  readonly audience: string
}

const TIMEOUT_MS = 2000

/** Tokens of another issuer, whose public keys are fetched from his JWKS address and kept while he keeps them. */
export function jwksTokenVerifier ({ url, issuer, audience }: JwksTokenOptions): (token: string) => Promise<Record<string, unknown>> {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS })
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      requiredClaims: ['exp', 'iss', 'aud', 'sub'],
    })
    return payload
  }
}
