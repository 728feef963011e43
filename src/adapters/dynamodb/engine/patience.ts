import { setTimeout } from 'node:timers/promises'
import { deadline, type Database } from './database.js'
import { busy } from './errors.js'

const DELAY_BASE_MS = 10
const DELAY_MAX_MS = 200

/**
 * A pause before each further try, longer each time, and drawn anew so that those who met don't meet again.
 * It throws `store_busy` once the time is over, counted from now.
 */
export function patience (database: Database, milliseconds: number): (cause?: unknown) => Promise<void> {
  const expired = deadline(database, milliseconds)
  let delay = DELAY_BASE_MS
  return async (cause) => {
    await setTimeout(Math.random() * delay)
    delay = Math.min(delay * 2, DELAY_MAX_MS)
    if (expired()) throw busy(cause)
  }
}
