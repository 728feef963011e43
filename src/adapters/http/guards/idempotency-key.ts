import { DomainError } from '#domain/errors.js'

/** The header of an answer that shows what an earlier request with the same key did. */
export const REPLAYED = { 'idempotent-replayed': 'true' } as const

const MAX_CHARACTERS = 255
const BARE = /^[\x21-\x7e]+$/
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/

/** The key of a request whose schema requires the header. @throws idempotency_key_invalid */
export function idempotencyKeyOf ({ headers }: { readonly headers: { readonly 'idempotency-key': string } }): string {
  return parseIdempotencyKey(headers['idempotency-key'])
}

/**
 * The key of an Idempotency-Key header: a quoted string of RFC 8941, as draft-ietf-httpapi-idempotency-key-header requires, or bare, as
 * most clients send it. Both forms of one key are the same key.
 * @throws idempotency_key_invalid
 */
export function parseIdempotencyKey (header: string): string {
  const text = header.trim()
  const key = QUOTED.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? (!text.startsWith('"') && BARE.test(text) ? text : '')
  if (key.length < 1 || key.length > MAX_CHARACTERS) {
    throw new DomainError('idempotency_key_invalid', `an Idempotency-Key has 1 to ${MAX_CHARACTERS} visible ASCII characters`)
  }
  return key
}
