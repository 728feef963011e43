import type { Caller } from '../caller.js'
import type { Timestamp } from '../time.js'

/** Somebody who broadcasts, and the minutes that he may: what his ledger adds up to. */
export interface Streamer {
  readonly streamerId: string
  /** Folded, as by `foldEmail`. */
  readonly email: string
  readonly minutesPurchased: number
  /** Never more than were purchased. */
  readonly minutesUsed: number
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Grows by one with each entry of the ledger; 0 before the first. */
  readonly version: number
}

/** Whose ledger has no entry yet. */
export function newStreamer (streamerId: string, email: string, now: Timestamp): Streamer {
  return { streamerId, email, minutesPurchased: 0, minutesUsed: 0, createdAt: now, updatedAt: now, version: 0 }
}

export function minutesRemaining ({ minutesPurchased, minutesUsed }: Streamer): number {
  return minutesPurchased - minutesUsed
}

/**
 * An address as it is compared. Only A to Z are lower-cased: Unicode makes a "k" of the Kelvin sign too, and whoever owns
 * the one address need not own the other.
 */
export function foldEmail (email: string): string {
  return email.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** Whether the caller is this streamer: by his user id, or by an e-mail address that the issuer of his token has verified. */
export function isStreamer ({ streamerId, email }: Streamer, { userId, verifiedEmail }: Caller): boolean {
  return userId === streamerId || (verifiedEmail !== undefined && foldEmail(verifiedEmail) === email)
}
