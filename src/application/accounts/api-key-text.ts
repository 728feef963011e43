import type { Identity } from '../ports/system.js'

const PREFIX = 'key_'
/** 256 random bits and the checksum of the text before it. */
const SHAPE = /^(key_[\w-]{43})([0-9a-f]{8})$/

/** A new key: what is shown of it once. By its checksum, most of what no one ever made is told apart without a look at the store. */
export function newKeyText (identity: Identity): string {
  const text = `${PREFIX}${identity.secret()}`
  return text + checksumOf(text, identity)
}

/** The digest by which a key is found; null for a text that is no key. */
export function keyDigest (text: string, identity: Identity): string | null {
  const [, secret, checksum] = SHAPE.exec(text) ?? []
  return secret === undefined || checksumOf(secret, identity) !== checksum ? null : digestOfKey(text, identity)
}

function checksumOf (text: string, identity: Identity): string {
  return digestOfKey(text, identity).slice(0, 8)
}

export function digestOfKey (text: string, identity: Identity): string {
  return identity.digest(new TextEncoder().encode(text))
}
