import { makeSecretTokenSigner } from '#adapters/tokens/own-tokens.js'

/** The issuer of every peer's tokens: all peers check the same ones. */
export const ISSUER = { secret: 'benchmark-secret-of-32-characters-or-more', issuer: 'basvideo', audience: 'basvideo-api' } as const

const TOKEN_LIFETIME_MS = 60 * 60 * 1000
const CALLERS = 50

export interface Caller {
  readonly userId: string
  /** The other side of the caller's conversation. */
  readonly otherUserId: string
  /** The headers that a proxy hands on: the caller's token and address. */
  readonly headers: Readonly<Record<'authorization' | 'x-forwarded-for', string>>
}

const sign = makeSecretTokenSigner(ISSUER, TOKEN_LIFETIME_MS)

export function tokenOf (userId: string): string {
  return sign({ sub: userId })
}

export function adminTokenOf (userId: string): string {
  return sign({ sub: userId, role: 'admin' })
}

/** Of a person whose rooms are found by their address. */
export function streamerTokenOf (userId: string, email: string): string {
  return sign({ sub: userId, email, email_verified: true })
}

/** Callers of a busy service, each with a token, a network and one conversation. */
export function makeCallers (count = CALLERS): Caller[] {
  return Array.from({ length: count }, (_, index) => {
    const userId = `buyer-${index}`
    return { userId, otherUserId: `seller-${index}`, headers: { authorization: `Bearer ${tokenOf(userId)}`, 'x-forwarded-for': `10.${index >> 8}.${index & 0xff}.1` } }
  })
}
