/** A token and its issuer may have clocks that differ by this much. */
const SKEW_S = 60

type Claims = Readonly<Record<string, unknown>>
type Verify = (token: string) => Claims | Promise<Claims>

/**
 * Refuses tokens that were made to live longer than this, or have longer to live: one that is stolen is of use for as long.
 */
export function withLifetime (verify: Verify, maxMs: number): Verify {
  return (token) => {
    const claims = verify(token)
    return claims instanceof Promise ? claims.then((known) => checked(known, maxMs)) : checked(claims, maxMs)
  }
}

function checked (claims: Claims, maxMs: number): Claims {
  const { exp, iat } = claims
  const left = Number(exp) - Date.now() / 1000
  const lifetime = typeof iat === 'number' ? Number(exp) - iat : left
  if (Math.max(left, lifetime) * 1000 > maxMs + SKEW_S * 1000) throw new Error('the token lives too long')
  return claims
}
