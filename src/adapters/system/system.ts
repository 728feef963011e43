import type { Background, Clock, Identity, Pause } from '#application/ports/system.js'
import { hash } from 'node:crypto'
import { base32nopad } from '@scure/base'
import stringify from 'safe-stable-stringify'
import { v7 as uuidv7 } from 'uuid'
import { DomainError } from '#domain/errors.js'
import { makeRandomSupply } from './random-supply.js'

let last = { milliseconds: NaN, text: '' }

/** Formats the time once a millisecond: under load it is asked for many times, and formatting takes longer than reading it. */
export const clock: Clock = () => {
  const milliseconds = Date.now()
  if (milliseconds !== last.milliseconds) last = { milliseconds, text: new Date(milliseconds).toISOString() }
  return last.text
}

export const pause: Pause = async (milliseconds, signal) => {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end, { once: true })
    function end (): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}

/** A random number from 0 to 1. */
export const chance = (): number => Math.random()

/** Bytes of a UUID. */
const randomBytes = makeRandomSupply(16)
const secretBytes = makeRandomSupply(32)

export const identity: Identity = {
  // As a JSON list: plain joining could turn two lists of parts into the same text.
  derived: (prefix, parts) => `${prefix}_${base32nopad.encode(hash('sha256', JSON.stringify(parts), 'buffer')).toLowerCase()}`,
  random: (prefix) => `${prefix}_${orderedUuid()}`,
  secret: () => secretBytes().toString('base64url'),
  fingerprint: (request) => hash('sha256', stringify(request) ?? ''),
  digest: (bytes) => hash('sha256', bytes),
}

let lastUuid = { msecs: 0, seq: 0 }

/** A UUIDv7 greater than the one before. Within a millisecond it counts on (RFC 9562, 6.2). */
function orderedUuid (): string {
  const random = randomBytes()
  const msecs = Date.now()
  lastUuid = msecs > lastUuid.msecs ? { msecs, seq: random.readUInt32BE(6) >>> 1 } : { ...lastUuid, seq: lastUuid.seq + 1 }
  return uuidv7({ random, ...lastUuid })
}

/** Long enough for the answer of the request to leave first. */
const DELAY_MS = 20
const TASKS_MAX = 1000
const RETRY_AFTER_S = 2

export interface RunningBackground {
  readonly run: Background
  /** Resolves once no task is left. */
  readonly idle: () => Promise<void>
}

/** Runs tasks after the answers of their requests, up to a limit. `onError` gets the error of a failed task. */
export function makeBackground (onError: (error: unknown) => void): RunningBackground {
  const running = new Set<Promise<void>>()

  async function later (task: () => Promise<void>): Promise<void> {
    await new Promise((resolve) => { setTimeout(resolve, DELAY_MS) })
    await task().catch(onError)
  }

  return {
    run: (task) => {
      if (running.size >= TASKS_MAX) throw new DomainError('busy', 'too many background tasks are waiting; nothing was changed', { retryAfterS: RETRY_AFTER_S })
      const done = later(task).finally(() => { running.delete(done) })
      running.add(done)
    },
    idle: async () => { while (running.size > 0) await Promise.all(running) },
  }
}
