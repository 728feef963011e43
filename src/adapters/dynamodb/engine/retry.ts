import { setTimeout } from 'node:timers/promises'
import type { Database } from './client.js'
import { busy, classify, isThrottledTransaction } from './errors.js'

const DELAY_BASE_MS = 10
const DELAY_MAX_MS = 200
const CONFLICT_DEADLINE_MS = 2000
/** How long a change tries to be the next one while others change the same row. */
const UPDATE_DEADLINE_MS = 3000

/** Tells whether the time is over, counted from now. */
function deadline ({ now }: Database, milliseconds: number): () => boolean {
  const end = now() + milliseconds
  return () => now() >= end
}

/**
 * A pause before each further attempt. Each is longer than the one before and partly by chance, so that those who met do not meet again.
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

/**
 * Repeats a write that met a transaction at work on the same item, or a transaction that met a throttled partition: the SDK never does.
 * @throws store_busy
 */
export async function retryConflicts<T> (database: Database, write: (isRepeat: boolean) => Promise<T>): Promise<T> {
  const pause = patience(database, CONFLICT_DEADLINE_MS)
  let isRepeat = false
  for (;;) {
    try {
      return await write(isRepeat)
    } catch (error) {
      if (classify(error) !== 'conflict' && !isThrottledTransaction(error)) throw error
      await pause(error)
      isRepeat = true
    }
  }
}

/**
 * The loop of every optimistic change: an attempt reads or remembers a state, decides, and writes on condition that the state is still
 * the last one. It answers undefined where another change came first, and is then made again.
 *
 * @throws store_busy where others come first for `milliseconds`
 */
export async function untilWritten<T> (database: Database, attempt: () => Promise<T | undefined>, milliseconds = UPDATE_DEADLINE_MS): Promise<T> {
  const expired = deadline(database, milliseconds)
  do {
    const result = await attempt()
    if (result !== undefined) return result
  } while (!expired())
  throw busy()
}

/** What a rule makes of a state that may be out of date; null where it refuses, because a refusal counts only against a fresh state. */
export function unlessRefused<State, Result> (change: (state: State) => Result, known: State): Result | null {
  try {
    return change(known)
  } catch {
    return null
  }
}
