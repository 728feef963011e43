import { createSigner, createVerifier } from 'fast-jwt'
import { remembering, type Verify } from './remembered-tokens.js'

export interface SecretTokenOptions {
  readonly secret: string
  readonly issuer: string
  readonly audience: string
}

/** HS256 (RFC 7518) and nothing else; issuer and audience have to be ours. */
export function secretTokenVerifier ({ secret, issuer, audience }: SecretTokenOptions): Verify {
  return remembering(createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp', 'iss', 'aud', 'sub'],
  }))
}

/** Signs tokens that the verifier of the same options takes. */
export function secretTokenSigner ({ secret, issuer, audience }: SecretTokenOptions, lifetimeMs: number): (claims: Record<string, unknown>) => string {
  return createSigner({ key: secret, algorithm: 'HS256', iss: issuer, aud: audience, expiresIn: lifetimeMs })
}
