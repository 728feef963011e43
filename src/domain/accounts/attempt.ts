import { DomainError } from '../errors.js'
import { HOUR_MS, laterBy, MINUTE_MS, secondsUntil, type Timestamp } from '../time.js'

/** How often something was tried under one key. */
export interface Attempts {
  readonly count: number
  /** Until then nothing may be tried; null where it may be at once. */
  readonly blockedUntil: Timestamp | null
  /** After that it counts no more. */
  readonly expiresAt: Timestamp
  /** Grows with each change. */
  readonly version: number
}

/** From the `free`th attempt on each makes the next one wait, twice as long as the one before. */
export interface AttemptLimit {
  readonly free: number
  readonly delayMs: number
  readonly delayMaxMs: number
  /** Calm after which all is forgotten. */
  readonly memoryMs: number
}

/** Passwords tried for one account from addresses that it does not know, and from each that it does. */
export const ACCOUNT_LIMIT: AttemptLimit = { free: 5, delayMs: 2000, delayMaxMs: 15 * MINUTE_MS, memoryMs: HOUR_MS }
/** Passwords tried from one address, which a whole office may share. */
export const ADDRESS_LIMIT: AttemptLimit = { free: 30, delayMs: 2000, delayMaxMs: 15 * MINUTE_MS, memoryMs: HOUR_MS }
/** Mails that strangers have sent to one mailbox, and that one address asks for. */
export const MAILBOX_LIMIT: AttemptLimit = { free: 4, delayMs: 15 * MINUTE_MS, delayMaxMs: HOUR_MS, memoryMs: HOUR_MS }
export const SENDER_LIMIT: AttemptLimit = { free: 20, delayMs: MINUTE_MS, delayMaxMs: HOUR_MS, memoryMs: HOUR_MS }

/** How long an address stays known to the account that was signed in to from it. */
export const KNOWN_ADDRESS_DAYS = 90

/** Counts an attempt before it is made, so that many at once are counted too. @throws too_many_attempts, and counts nothing */
export function attempted (before: Attempts | null, limit: AttemptLimit, now: Timestamp): Attempts {
  const valid = before !== null && now < before.expiresAt ? before : null
  const blockedUntil = valid?.blockedUntil ?? now
  if (blockedUntil > now) {
    throw new DomainError('too_many_attempts', 'this was tried too often; try again later', { retryAfterS: secondsUntil(blockedUntil, now) })
  }
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

/** Takes one attempt back that was none: an own account must not clear an address of what was tried for others. */
export function forgiven (before: Attempts | null): Attempts | null {
  return before && { ...before, count: Math.max(0, before.count - 1), blockedUntil: null, version: before.version + 1 }
}

/** The network that a caller has to himself: an IPv6 customer has at least 64 bits of addresses, and could try from each. */
export function networkOf (ip: string): string {
  if (!ip.includes(':') || ip.includes('.')) return ip.slice(ip.lastIndexOf(':') + 1)
  const [head = '', tail] = ip.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const rest = tail === undefined ? [] : tail.split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: 8 - groups.length - rest.length }, () => '0')
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':')
}
