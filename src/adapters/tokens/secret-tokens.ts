import { createSigner, createVerifier } from 'fast-jwt'

export interface SecretTokenOptions {
  readonly secret: string
  readonly issuer: string
  readonly audience: string
}

/** Tokens already checked are remembered until they expire: a client sends the same one with every request. */
const REMEMBERED_TOKENS = 10_000

/** HS256 (RFC 7518) and nothing else; issuer and audience have to be ours. */
export function secretTokenVerifier ({ secret, issuer, audience }: SecretTokenOptions): (token: string) => Record<string, unknown> {
  return createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp', 'iss', 'aud', 'sub'],
    cache: REMEMBERED_TOKENS,
  })
}

/** Signs tokens that the verifier of the same options takes. */
export function secretTokenSigner ({ secret, issuer, audience }: SecretTokenOptions, lifetimeMs: number): (claims: Record<string, unknown>) => string {
  return createSigner({ key: secret, algorithm: 'HS256', iss: issuer, aud: audience, expiresIn: lifetimeMs })
}
