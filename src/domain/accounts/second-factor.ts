import { MINUTE_MS, type Timestamp } from '../time.js'

/** Codes for a lost phone that come with a second factor. Each counts once. */
export const RECOVERY_CODES = 10

/** How long acts that ask for a code again ask for none after one. */
export const STEP_UP_MS = 10 * MINUTE_MS

/** The app on a person's phone that shows codes (RFC 6238), which are asked for beside the password. */
export interface SecondFactor {
  /** The secret that the app has too, sealed under a key of the service. */
  readonly sealed: string
  /** Since when codes are asked for; null: the person has the secret, and has not sent a code of it yet. */
  readonly onSince: Timestamp | null
  /** The step of 30 seconds since 1970 whose code was the last one that counted: those of it and of earlier ones count no more. */
  readonly lastStep: number
  /** Digests of the recovery codes that are left. */
  readonly recoveryDigests: readonly string[]
}

/** What an account says of a second factor before there is one, as those of earlier versions do. */
export const NO_SECOND_FACTOR = { secondFactor: null } as const
