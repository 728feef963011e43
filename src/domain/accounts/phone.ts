import { MINUTE_MS, type Timestamp } from '../time.js'

/** How long a code confirms a phone number, and how many tries it has. */
export const CODE_LIFETIME_MS = 10 * MINUTE_MS
export const CODE_TRIES_MAX = 5
export const CODE_DIGITS = 6

/** A code on its way to a phone number. */
export interface PhoneCode {
  /** E.164. */
  readonly phone: string
  /** Keyed, because a code is short enough to be guessed from a plain digest. */
  readonly digest: string
  readonly expiresAt: Timestamp
  /** Wrong tries so far. */
  readonly tries: number
}

/** What an account says of phone numbers before one is confirmed, as those of version 0.1.0 do. */
export const UNCONFIRMED = { confirmedPhone: null, phoneCode: null } as const
