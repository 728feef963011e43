import { createHmac, hkdfSync } from 'node:crypto'
import type { RefreshSecret, RefreshSuccessors } from '#application/ports/credentials.js'
import { decodeKey } from './own-tokens.js'

const KEY_BYTES = 32

/** A key of its own comes of each key of access tokens (HKDF, RFC 5869), and the successor of that (HMAC-SHA256). The first key makes the next one. */
export function makeRefreshSuccessors ([first, ...others]: readonly [string, ...string[]]): RefreshSuccessors {
  const next = successorBy(first)
  const all = [next, ...others.map(successorBy)]
  return { next, all: (token) => all.map((successor) => successor(token)) }
}

function successorBy (encoded: string): (token: RefreshSecret) => string {
  const secret = decodeKey(encoded).export({ format: 'der', type: 'pkcs8' })
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'basvideo refresh successor', KEY_BYTES))
  return ({ sessionId, secret }) => createHmac('sha256', key).update(`${sessionId}.${secret}`).digest('base64url')
}
