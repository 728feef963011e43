import { laterBy, type Timestamp } from './time.js'

/** A schedule of retries: how long to wait before the first try, the second, and so on, in milliseconds. */
export type Waits = readonly [number, ...number[]]

export function firstTry ([wait]: Waits, now: Timestamp): Timestamp {
  return laterBy(now, wait)
}

/**
 * When the try after `tries` earlier ones is due; null once the schedule is used up.
 *
 * @param share of the wait, near 1, so that failures of one moment are not retried at one moment
 */
export function nextTry (waits: Waits, tries: number, now: Timestamp, share = 1): Timestamp | null {
  const wait = waits[tries]
  return wait === undefined ? null : laterBy(now, Math.round(wait * share))
}
