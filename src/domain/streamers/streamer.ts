import { foldEmail } from '../fold.js'
import type { Caller } from '../accounts/session.js'
import { DomainError } from '../errors.js'
import type { RoomMeter } from '../rooms/meter.js'
import { laterBy, type Timestamp } from '../time.js'

/** A person who broadcasts, and the sums of their ledger of minutes. */
export interface Streamer {
  readonly streamerId: string
  /** Folded by `foldEmail`; empty once the account is deleted. */
  readonly email: string
  readonly minutesPurchased: number
  /** At most `minutesPurchased`. */
  readonly minutesUsed: number
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Grows by one with each entry of the ledger and each other change; 0 before the first. */
  readonly version: number
}

/** A streamer with an empty ledger. */
export function newStreamer (streamerId: string, email: string, now: Timestamp): Streamer {
  return { streamerId, email, minutesPurchased: 0, minutesUsed: 0, createdAt: now, updatedAt: now, version: 0 }
}

/** The next version of a streamer whose account is deleted. No address that an issuer verifies is empty. */
export function withoutAddress (streamer: Streamer, now: Timestamp): Streamer {
  const updatedAt = now > streamer.updatedAt ? now : streamer.updatedAt
  return { ...streamer, email: '', updatedAt, version: streamer.version + 1 }
}

/** The streamer under the address of a new credit: a person who was deleted may be back. */
export function withAddress (streamer: Streamer, email: string): Streamer {
  return streamer.email === '' ? { ...streamer, email } : streamer
}

export function minutesRemaining ({ minutesPurchased, minutesUsed }: Streamer): number {
  return minutesPurchased - minutesUsed
}

/** Whether the caller is this streamer, by their user id or by an e-mail address that the issuer of their token has verified. */
export function isStreamer ({ streamerId, email }: Streamer, { userId, verifiedEmail }: Caller): boolean {
  return userId === streamerId || (verifiedEmail !== undefined && foldEmail(verifiedEmail) === email)
}

/** Minutes of one entry: more than two months without a break. */
export const ENTRY_MINUTES_MAX = 100_000
/** Minutes that one streamer can buy in total. Their sums stay exact integers. */
export const PURCHASED_MINUTES_MAX = 1_000_000_000

export const ENTRY_KINDS = ['credit', 'spend'] as const

/** An entry of a streamer's ledger. Entries are never changed or removed. */
export interface LedgerEntry {
  readonly entryId: string
  readonly streamerId: string
  readonly kind: typeof ENTRY_KINDS[number]
  /** Above zero, for credits and spends alike. */
  readonly minutes: number
  /** Minutes left after this entry. */
  readonly minutesRemaining: number
  /** The payment for a credit; null for a free credit and for a spend. */
  readonly paymentId: string | null
  /** The broadcast of a spend; null for a credit. */
  readonly broadcastId: string | null
  readonly note: string | null
  /** Later than that of the entry before. */
  readonly createdAt: Timestamp
  /** Digest of the request that created the entry. */
  readonly fingerprint: string
}

export type EntryDraft = Omit<LedgerEntry, 'streamerId' | 'minutesRemaining' | 'createdAt'>

/** An entry, and the streamer after it. */
export interface Posting {
  readonly streamer: Streamer
  readonly entry: LedgerEntry
  /** Of the broadcast that the entry charges, the meter after it: it has as many minutes more as the entry. */
  readonly meter?: RoomMeter
}

/** @throws invalid_minutes unless a whole number from 1 to `ENTRY_MINUTES_MAX` */
export function checkMinutes (minutes: number): void {
  if (Number.isSafeInteger(minutes) && minutes >= 1 && minutes <= ENTRY_MINUTES_MAX) return
  throw new DomainError('invalid_minutes', `minutes is a whole number from 1 to ${ENTRY_MINUTES_MAX}`)
}

/**
 * Appends an entry to a streamer's ledger. `createdAt` moves behind the entry before if the clock of a node is behind.
 *
 * @throws invalid_minutes, insufficient_minutes, minutes_limit_reached
 */
export function post (before: Streamer, draft: EntryDraft, now: Timestamp): Posting {
  checkMinutes(draft.minutes)
  const createdAt = before.version === 0 || now > before.updatedAt ? now : laterBy(before.updatedAt, 1)
  const moved = draft.kind === 'credit' ? credited(before, draft.minutes) : spent(before, draft.minutes)
  const streamer = { ...moved, updatedAt: createdAt, version: before.version + 1 }
  return { streamer, entry: { ...draft, streamerId: before.streamerId, minutesRemaining: minutesRemaining(streamer), createdAt } }
}

function credited (before: Streamer, minutes: number): Streamer {
  const minutesPurchased = before.minutesPurchased + minutes
  if (minutesPurchased > PURCHASED_MINUTES_MAX) {
    throw new DomainError('minutes_limit_reached', `a streamer can buy at most ${PURCHASED_MINUTES_MAX} minutes in total`)
  }
  return { ...before, minutesPurchased }
}

function spent (before: Streamer, minutes: number): Streamer {
  const left = minutesRemaining(before)
  if (minutes > left) throw new DomainError('insufficient_minutes', `only ${left} minutes are left`)
  return { ...before, minutesUsed: before.minutesUsed + minutes }
}
