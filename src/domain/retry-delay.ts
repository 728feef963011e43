import { MINUTE_MS } from './time.js'

/** How long to wait after the first failed try, the second, …: whoever is down for an hour costs few tries, and for half a day no notification. */
const DELAYS_MS = [1, 5, 30, 2 * 60, 12 * 60].map((minutes) => minutes * MINUTE_MS)

/** By how much a delay may differ from its mean, so that what failed together is not tried again together. */
const SPREAD = 0.2

/** From 0 to 1, by chance: how much of the spread a delay takes. */
export type Lateness = number

/** Milliseconds until the next try; null where so many failures are enough. */
export function retryDelayMs (failures: number, lateness: Lateness): number | null {
  const delay = DELAYS_MS[failures]
  return delay === undefined ? null : Math.round(delay * (1 - SPREAD + 2 * SPREAD * lateness))
}
