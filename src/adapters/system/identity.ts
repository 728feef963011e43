import { hash } from 'node:crypto'
import { base32nopad } from '@scure/base'
import stringify from 'safe-stable-stringify'
import { v7 as uuidv7 } from 'uuid'
import type { Identity } from '../../application/ports/identity.js'

export const identity: Identity = {
  // As a JSON list, because plain joining would let two lists of parts give one text.
  derived: (prefix, parts) => `${prefix}_${base32nopad.encode(hash('sha256', JSON.stringify(parts), 'buffer')).toLowerCase()}`,
  random: (prefix) => `${prefix}_${uuidv7()}`,
  fingerprint: (request) => hash('sha256', stringify(request) ?? ''),
  digest: (bytes) => hash('sha256', bytes),
}
