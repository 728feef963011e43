export type Verify = (token: string) => Record<string, unknown>

const REMEMBERED_TOKENS = 10_000

/**
 * Tokens already checked are remembered until they expire, because a client sends the same one with every request.
 * By the whole token: the verifier's own memory goes by a digest, which takes as long as the check that it saves.
 */
export function remembering (verify: Verify): Verify {
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
