import type { Timestamp } from '#domain/time.js'

/** `degraded`: DynamoDB is away and writes go to the journal. `draining`: DynamoDB is back and the journal still holds writes. */
export const STORE_MODES = ['memory', 'dynamodb', 'degraded', 'draining'] as const
export type StoreMode = typeof STORE_MODES[number]

export interface StoreStatus {
  readonly mode: StoreMode
  readonly since: Timestamp
  /** Null without a journal, and in memory mode. */
  readonly journal: JournalStatus | null
}

/** The acknowledged writes that only the journal holds. */
export interface JournalStatus {
  readonly depth: number
  /** When the oldest of them was acknowledged. */
  readonly oldest: Timestamp | null
  readonly quarantined: number
  /** Writes carried out per second, and how long the rest takes at that rate; null while none is carried out. */
  readonly drainedPerSecond: number | null
  readonly secondsLeft: number | null
}
