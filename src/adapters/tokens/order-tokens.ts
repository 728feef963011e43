import type { OrderTokens } from '#application/ports/order-tokens.js'
import { DomainError } from '#domain/errors.js'
import { PUBLISHED_ALGORITHMS } from './jwks-tokens.js'
import { publishedKeys } from './published-keys.js'

export interface OrderTokenOptions {
  /** Whether each payment needs a token. */
  readonly required: boolean
  /** Keys of HS256. The shop may have signed with any of them. */
  readonly secrets: readonly string[]
  /** Where the shop publishes its keys of RS256, ES256 and EdDSA. Null: it has none. */
  readonly keysUrl: string | null
  /** Milliseconds of a monotonic clock. */
  readonly nowMs?: () => number
}

type Jose = typeof import('jose')
type SignedPayload = (token: string) => Promise<Uint8Array>

/** Order tokens of a shop. A key accepts the algorithms of its kind alone, whatever the token says of itself. */
export function makeOrderTokens ({ required, ...keys }: OrderTokenOptions): OrderTokens {
  let loading: Promise<readonly SignedPayload[]> | undefined
  return {
    required,
    verify: async (token) => {
      // Imported at the first token, so that no start waits for the package.
      for (const payloadOf of await (loading ??= import('jose').then((jose) => readers(jose, keys)))) {
        const payload = await unlessRefused(payloadOf(token))
        if (payload !== null) return claimsOf(payload)
      }
      throw new DomainError('invalid_order_token', 'the order token is not signed by the shop')
    },
  }
}

/** One for each secret, and one for the published keys. */
function readers (jose: Jose, { secrets, keysUrl, nowMs }: Omit<OrderTokenOptions, 'required'>): readonly SignedPayload[] {
  const bySecret = secrets.map((secret): SignedPayload => {
    const key = new TextEncoder().encode(secret)
    return async (token) => (await jose.compactVerify(token, key, { algorithms: ['HS256'] })).payload
  })
  if (keysUrl === null) return bySecret
  const keys = publishedKeys(jose, keysUrl, nowMs)
  return [...bySecret, async (token) => (await jose.compactVerify(token, keys, { algorithms: [...PUBLISHED_ALGORITHMS] })).payload]
}

/** Null for a token that is not signed with the key. @throws keys_unavailable */
async function unlessRefused (reading: Promise<Uint8Array>): Promise<Uint8Array | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof DomainError) throw error
    return null
  }
}

function claimsOf (payload: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    if (typeof claims === 'object' && claims !== null) return { ...claims }
  } catch {}
  throw new DomainError('invalid_order_token', 'the order token holds no claims as JSON')
}
