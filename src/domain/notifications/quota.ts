import type { Attempts } from '../accounts/attempt.js'
import { DomainError } from '../errors.js'
import { secondsUntil, type Timestamp } from '../time.js'

/** How much may go out under one key until a moment. */
export interface Quota {
  readonly max: number
  readonly until: Timestamp
}

/** The count with so many units more. @throws too_many_attempts, without counting them */
export function spent (before: Attempts | null, units: number, { max, until }: Quota, now: Timestamp): Attempts {
  const used = before !== null && now < before.expiresAt ? before.count : 0
  if (used + units > max) throw tooMany(until, now)
  return { ...before, count: used + units, blockedUntil: null, expiresAt: until, version: (before?.version ?? 0) + 1 }
}

/** What one holder takes under a key until a moment, and may take again. @throws too_many_attempts, where another one has it */
export function taken (before: Attempts | null, by: string, until: Timestamp, now: Timestamp): Attempts {
  const isHeld = before !== null && now < before.expiresAt
  if (isHeld && before.by === by) return before
  if (isHeld) throw tooMany(until, now)
  return { ...before, count: 1, blockedUntil: null, by, expiresAt: until, version: (before?.version ?? 0) + 1 }
}

function tooMany (until: Timestamp, now: Timestamp): DomainError {
  return new DomainError('too_many_attempts', 'you tried this too often; try again later', { retryAfterS: secondsUntil(until, now) })
}
