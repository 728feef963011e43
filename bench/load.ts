import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Caller } from './caller.js'
import { NO_PAYMENT, OPERATIONS, type OperationName, type RequestParts } from './operations.js'
import { onCore } from './server-process.js'
import type { Paid } from './signed-event.js'

export interface Job {
  readonly url: string
  readonly operation: OperationName
  readonly callers: readonly Caller[]
  /** One payment of each caller, for operations that are about one; empty for others. */
  readonly payments: readonly Paid[]
  readonly connections: number
  readonly seconds: number
  /** The number of requests to send; it replaces `seconds`. */
  readonly requests?: number
}

export interface Measured {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly successes: number
  readonly failures: number
}

const program = fileURLToPath(import.meta.resolve('./load-process.js'))

/** Loads a server from core 1. @throws Error unless every answer is a success */
export async function load (job: Job): Promise<Measured> {
  const child = spawn(...onCore(1, program), { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(job))
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  const measured = JSON.parse(output) as Measured
  if (measured.failures > 0 || measured.successes === 0) {
    throw new Error(`${OPERATIONS[job.operation].title} at ${job.url}: ${measured.failures} of ${measured.successes + measured.failures} requests failed`)
  }
  return measured
}

/** Requests of all callers in turn, each with a number that no other request has. */
export function makeRequests ({ operation, callers, payments }: Job): () => RequestParts {
  const { request } = OPERATIONS[operation]
  // The card guard may take a long run of digits for a card number, so letters separate them.
  const run = `${process.pid.toString(36)}x${Date.now().toString(36)}`
  let count = 0
  return () => {
    const index = count++ % callers.length
    const caller = callers[index]
    if (caller === undefined) throw new Error('there are no callers')
    return request(caller, `${run}x${count.toString(36)}`, payments[index] ?? NO_PAYMENT)
  }
}
