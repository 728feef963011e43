import { createHash } from 'node:crypto'
import { base32nopad } from '@scure/base'
import stringify from 'safe-stable-stringify'
import { v7 as uuidv7 } from 'uuid'
import type { Identity } from '../../application/ports/identity.js'

function sha256 (data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

export const identity: Identity = {
  // As a JSON list, because plain joining would let two lists of parts give one text.
  derived: (prefix, parts) => `${prefix}_${base32nopad.encode(sha256(JSON.stringify(parts))).toLowerCase()}`,
  random: (prefix) => `${prefix}_${uuidv7()}`,
  fingerprint: (request) => sha256(stringify(request) ?? '').toString('hex'),
  digest: (bytes) => sha256(bytes).toString('hex'),
}
