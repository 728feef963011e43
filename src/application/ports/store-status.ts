import type { Timestamp } from '#domain/time.js'

/** How the stores are kept at present. `degraded`: DynamoDB is away, and what can be taken goes to the journal; `draining`: it is back, and gets what it missed. */
export const STORE_MODES = ['memory', 'dynamodb', 'degraded', 'draining'] as const
export type StoreMode = typeof STORE_MODES[number]

export interface StoreStatus {
  readonly mode: StoreMode
  readonly since: Timestamp
  /** Null where there is no journal that drains. */
  readonly journal: JournalStatus | null
}

/** Writes that are acknowledged and lie in the journal alone. */
export interface JournalStatus {
  readonly depth: number
  /** Since when the oldest of them does. */
  readonly oldest: Timestamp | null
  readonly quarantined: number
  /** How many a second are carried out, and how long the rest takes at this rate; null while none is. */
  readonly drainedPerSecond: number | null
  readonly secondsLeft: number | null
}
