import { hash, randomBytes as randomBytesOf, randomFillSync } from 'node:crypto'
import { base32nopad } from '@scure/base'
import stringify from 'safe-stable-stringify'
import { v7 as uuidv7 } from 'uuid'
import type { Identity } from '#application/ports/identity.js'

export const identity: Identity = {
  // As a JSON list, because plain joining would let two lists of parts give one text.
  derived: (prefix, parts) => `${prefix}_${base32nopad.encode(hash('sha256', JSON.stringify(parts), 'buffer')).toLowerCase()}`,
  random: (prefix) => `${prefix}_${orderedUuid()}`,
  secret: () => randomBytesOf(32).toString('base64url'),
  fingerprint: (request) => hash('sha256', stringify(request) ?? ''),
  digest: (bytes) => hash('sha256', bytes),
}

let last = { msecs: 0, seq: 0 }

/** A UUIDv7 that is greater than the one before, also within a millisecond: then it counts on (RFC 9562, 6.2). */
function orderedUuid (): string {
  const random = randomBytes()
  const msecs = Date.now()
  last = msecs > last.msecs ? { msecs, seq: random.readUInt32BE(6) >>> 1 } : { ...last, seq: last.seq + 1 }
  return uuidv7({ random, ...last })
}

const UUID_BYTES = 16
const supply = Buffer.alloc(256 * UUID_BYTES)
let used = supply.length

/** From a supply, because asking the system for a few bytes takes as long as asking it for many. Good until the next call. */
function randomBytes (): Buffer {
  if (used === supply.length) {
    randomFillSync(supply)
    used = 0
  }
  used += UUID_BYTES
  return supply.subarray(used - UUID_BYTES, used)
}
