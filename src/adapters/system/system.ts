import type { Clock } from '#application/ports/clock.js'
import { hash, randomBytes as randomBytesOf, randomFillSync } from 'node:crypto'
import { base32nopad } from '@scure/base'
import stringify from 'safe-stable-stringify'
import { v7 as uuidv7 } from 'uuid'
import type { Identity } from '#application/ports/identity.js'
import { DomainError } from '#domain/errors.js'
import type { Background } from '#application/ports/background.js'

let told = { milliseconds: NaN, text: '' }

/** Makes its text once a millisecond: under load that is asked for many times, and takes longer than reading the time. */
export const clock: Clock = () => {
  const milliseconds = Date.now()
  if (milliseconds !== told.milliseconds) told = { milliseconds, text: new Date(milliseconds).toISOString() }
  return told.text
}

/** A number from 0 to 1, by chance. */
export const chance = (): number => Math.random()

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

/** After the answer to whatever request has asked for it. */
const DELAY_MS = 20
const TASKS_MAX = 1000
const RETRY_AFTER_S = 2

export interface RunningBackground {
  readonly run: Background
  /** Resolves when nothing is left to do. */
  readonly idle: () => Promise<void>
}

/** Work that nobody waits for, within limits. @param onError is told of what failed */
export function makeBackground (onError: (error: unknown) => void): RunningBackground {
  const running = new Set<Promise<void>>()

  async function later (task: () => Promise<void>): Promise<void> {
    await new Promise((resolve) => { setTimeout(resolve, DELAY_MS) })
    await task().catch(onError)
  }

  return {
    run: (task) => {
      if (running.size >= TASKS_MAX) throw new DomainError('busy', 'too much of this is waiting already; nothing was changed', { retryAfterS: RETRY_AFTER_S })
      const done = later(task).finally(() => { running.delete(done) })
      running.add(done)
    },
    idle: async () => { while (running.size > 0) await Promise.all(running) },
  }
}
