import { DomainError } from '../errors.js'
import { HOUR_MS, laterBy, MINUTE_MS, secondsUntil, type Timestamp } from '../time.js'

/** The counted attempts under one key. */
export interface Attempts {
  readonly count: number
  /** No attempt is allowed before then; null allows one at once. */
  readonly blockedUntil: Timestamp | null
  /** Who holds the key alone. */
  readonly by?: string
  /** The count is void from then on. */
  readonly expiresAt: Timestamp
  /** Grows by one with each change. */
  readonly version: number
}

/** From attempt number `free` on, each attempt delays the next one, twice as long as the one before. */
export interface AttemptLimit {
  readonly free: number
  readonly delayMs: number
  readonly delayMaxMs: number
  /** Time without an attempt after which the count is void. */
  readonly memoryMs: number
}

/** Passwords tried for one account: from all addresses unknown to it together, and from each known one. */
export const ACCOUNT_LIMIT: AttemptLimit = { free: 5, delayMs: 2000, delayMaxMs: 15 * MINUTE_MS, memoryMs: HOUR_MS }
/** Passwords tried from one network address, which a whole office may share. */
export const ADDRESS_LIMIT: AttemptLimit = { free: 30, delayMs: 2000, delayMaxMs: 15 * MINUTE_MS, memoryMs: HOUR_MS }
/**
 * Mails that anyone can trigger: to one mailbox from one network address, and from all that its owner has not signed in from. Of these
 * one comes while the links of the one before are valid, so that the owner always has a link.
 */
export const MAILBOX_LIMIT_OF_NETWORK: AttemptLimit = { free: 5, delayMs: 15 * MINUTE_MS, delayMaxMs: HOUR_MS, memoryMs: HOUR_MS }
export const MAILBOX_LIMIT: AttemptLimit = { free: 10, delayMs: 5 * MINUTE_MS, delayMaxMs: 30 * MINUTE_MS, memoryMs: HOUR_MS }
/** Mails that one network address asks for, to any mailbox. */
export const SENDER_LIMIT: AttemptLimit = { free: 20, delayMs: MINUTE_MS, delayMaxMs: HOUR_MS, memoryMs: HOUR_MS }

/**
 * Declined payments: of one payer, from one network address, and from the addresses around it. Shared ones have room for the declines
 * of ordinary payers, of which each success takes one back.
 */
export const DECLINES_OF_PAYER: AttemptLimit = { free: 5, delayMs: 2000, delayMaxMs: 15 * MINUTE_MS, memoryMs: HOUR_MS }
export const DECLINES_OF_ADDRESS: AttemptLimit = { ...DECLINES_OF_PAYER, free: 30 }
export const DECLINES_OF_NETWORK: AttemptLimit = { ...DECLINES_OF_PAYER, free: 100 }

/** How long a network address stays known to an account after a sign-in from it. */
export const KNOWN_ADDRESS_DAYS = 90

/**
 * Counts an attempt before it is made, so that concurrent attempts count too.
 *
 * @throws too_many_attempts, without counting the attempt
 */
export function attempted (before: Attempts | null, limit: AttemptLimit, now: Timestamp): Attempts {
  const refusal = refusalOf(before, now)
  if (refusal !== null) throw refusal
  return counted(before, limit, now)
}

/** Why no attempt is allowed now; null if one is. */
export function refusalOf (before: Attempts | null, now: Timestamp): DomainError | null {
  const blockedUntil = validAt(before, now)?.blockedUntil ?? now
  if (blockedUntil <= now) return null
  return new DomainError('too_many_attempts', 'you tried this too often; try again later', { retryAfterS: secondsUntil(blockedUntil, now) })
}

/** How many attempts may be under way at once: as many as may fail before the next one has to wait, and one at least. */
export function roomIn (before: Attempts | null, limit: AttemptLimit, now: Timestamp): number {
  return Math.max(1, limit.free - (validAt(before, now)?.count ?? 0))
}

function validAt (before: Attempts | null, now: Timestamp): Attempts | null {
  return before !== null && now < before.expiresAt ? before : null
}

/** Counts an attempt that has been made. */
export function counted (before: Attempts | null, limit: AttemptLimit, now: Timestamp): Attempts {
  const valid = validAt(before, now)
  const count = (valid?.count ?? 0) + 1
  const delayMs = count < limit.free ? 0 : Math.min(limit.delayMs * 2 ** (count - limit.free), limit.delayMaxMs)
  return {
    ...before,
    count,
    blockedUntil: delayMs === 0 ? null : laterBy(now, delayMs),
    expiresAt: laterBy(now, delayMs + limit.memoryMs),
    version: (before?.version ?? 0) + 1,
  }
}

/**
 * Takes back the one attempt that succeeded. The others stay: signing in to an account must not clear what was tried for other
 * accounts.
 */
export function forgiven (before: Attempts | null): Attempts | null {
  return before && { ...before, count: Math.max(0, before.count - 1), blockedUntil: null, version: before.version + 1 }
}
