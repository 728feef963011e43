import { HOUR_MS, laterBy, MINUTE_MS, type Timestamp } from '../time.js'
import { newSession, type ConsoleEntry, type Session } from './session.js'
import type { User } from './user.js'

/** How long a session of the console lasts at most, and how long without a request. */
export const CONSOLE_MAX_MS = 8 * HOUR_MS
export const CONSOLE_IDLE_MS = 30 * MINUTE_MS
/** How often at most the use of a session is noted. */
export const CONSOLE_NOTE_MS = MINUTE_MS

export type ConsoleSession = Session & { readonly console: ConsoleEntry }

/** In the place of a user id: no user has this one. */
const NO_USER = '#'
/** In the place of digests: no text has these. */
const NO_TOKENS = { familyDigest: 'none', tokenDigest: 'none' } as const

interface Begun {
  readonly sessionId: string
  readonly device: string | null
  /** Null: they are no user. */
  readonly user: Pick<User, 'userId' | 'email' | 'epoch'> | null
  /** Whether they have entered with a second factor. */
  readonly hasSecondFactor?: boolean
  readonly granted: Omit<ConsoleEntry, 'endsAt'>
  /** When the exchanged token expires; null for a password, or where it does not. */
  readonly until: Timestamp | null
}

export function newConsoleSession ({ sessionId, device, user, hasSecondFactor = false, granted, until }: Begun, now: Timestamp): ConsoleSession {
  const session = newSession(user ?? { userId: NO_USER, email: '', epoch: 0 }, { sessionId, device, hasSecondFactor, ...NO_TOKENS }, now)
  return usedAt({ ...session, console: { ...granted, endsAt: earlier(laterBy(now, CONSOLE_MAX_MS), until) } }, now)
}

/** The session after a use at this moment. */
export function usedAt<T extends ConsoleSession> (session: T, now: Timestamp): T {
  return { ...session, lastUsedAt: now, expiresAt: earlier(laterBy(now, CONSOLE_IDLE_MS), session.console.endsAt) }
}

/** Whether a use at this moment is to be noted. */
export function isToNote ({ lastUsedAt }: Session, now: Timestamp): boolean {
  return now >= laterBy(lastUsedAt, CONSOLE_NOTE_MS)
}

export function isOfConsole (session: Session | null): session is ConsoleSession {
  return session?.console !== undefined
}

export function userIdIn ({ userId }: ConsoleSession): string | null {
  return userId === NO_USER ? null : userId
}

function earlier (one: Timestamp, other: Timestamp | null): Timestamp {
  return other !== null && other < one ? other : one
}
