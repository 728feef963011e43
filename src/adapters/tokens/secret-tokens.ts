import { createSigner, createVerifier } from 'fast-jwt'

export interface SecretTokenOptions {
  readonly secret: string
  readonly issuer: string
  readonly audience: string
}

type Verify = (token: string) => Record<string, unknown>

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

const REMEMBERED_TOKENS = 10_000

/**
 * Tokens already checked are remembered until they expire, because a client sends the same one with every request.
 * By the whole token: the verifier's own memory goes by a digest, which takes as long as the check that it saves.
 */
function remembering (verify: Verify): Verify {
  const remembered = new Map<string, Record<string, unknown>>()
  return (token) => {
    const known = remembered.get(token)
    if (known !== undefined && Number(known['exp']) * 1000 > Date.now()) return known
    // Throws for a token that has expired since.
    const claims = verify(token)
    if (remembered.size >= REMEMBERED_TOKENS) remembered.clear()
    remembered.set(token, claims)
    return claims
  }
}

/** Signs tokens that the verifier of the same options takes. */
export function secretTokenSigner ({ secret, issuer, audience }: SecretTokenOptions, lifetimeMs: number): (claims: Record<string, unknown>) => string {
  return createSigner({ key: secret, algorithm: 'HS256', iss: issuer, aud: audience, expiresIn: lifetimeMs })
}
