import { containsCardNumber } from '../card-number.js'
import { DAY_MS, laterBy, type Timestamp } from '../time.js'
import type { Scope } from './permissions.js'
import { STEP_UP_MS } from './second-factor.js'
import type { Role, User } from './user.js'

/** A session ends after so many days without a refresh, and after so many days in any case. */
export const SESSION_IDLE_DAYS = 30
export const SESSION_MAX_DAYS = 180
export const ACCESS_TOKEN_LIFETIME_MS = 15 * 60_000

/** A user signed in on one device. */
export interface Session {
  readonly sessionId: string
  readonly userId: string
  readonly email: string
  /** The epoch of the user at sign-in. */
  readonly epoch: number
  /** Digest of the secret that all refresh tokens of the session share: its holder had one of them at some time. */
  readonly familyDigest: string
  /** Digest of the secret of the one token that is valid now. */
  readonly tokenDigest: string
  /** The device's name for itself, shown in lists of sessions; null when it sends none. */
  readonly device: string | null
  readonly createdAt: Timestamp
  readonly lastUsedAt: Timestamp
  readonly expiresAt: Timestamp
  /** Whether it was opened with a second factor. */
  readonly hasSecondFactor: boolean
  /** Until when acts that ask for a code again ask for none; null: no code was sent since the session was opened. */
  readonly steppedUpUntil: Timestamp | null
  /** A session of the console alone has it. */
  readonly console?: ConsoleEntry
}

/** What a session of the console has beside what every session has. Its id is the digest of its cookie, and it has no tokens. */
export interface ConsoleEntry {
  /** The session ends then, however much it is used. */
  readonly endsAt: Timestamp
  /** What the exchanged token allowed. Null: what the role of the user allows. */
  readonly scopes: readonly Scope[] | null
  /** The role of the exchanged token; null where it names none that counts, and for users. */
  readonly role: Role | null
  /** Digest of the shared token with which the session began, and which it does not outlast; null for all others. */
  readonly sharedToken: string | null
}

/** The fields that sessions of earlier versions lack, with their values there. */
export const LATER_SESSION_FIELDS = { hasSecondFactor: false, steppedUpUntil: null } as const satisfies Partial<Session>

type SessionIds = Pick<Session, 'sessionId' | 'familyDigest' | 'tokenDigest' | 'device'> & Partial<Pick<Session, 'hasSecondFactor'>>

const DEVICE_MAX_CHARACTERS = 200

export function newSession (user: Pick<User, 'userId' | 'email' | 'epoch'>, ids: SessionIds, now: Timestamp): Session {
  const { userId, email, epoch } = user
  const device = ids.device === null || containsCardNumber(ids.device) ? null : ids.device.slice(0, DEVICE_MAX_CHARACTERS)
  return { ...LATER_SESSION_FIELDS, ...ids, device, userId, email, epoch, createdAt: now, lastUsedAt: now, expiresAt: laterBy(now, SESSION_IDLE_DAYS * DAY_MS) }
}

/** The session with its next token. The token before becomes invalid. */
export function rotated (session: Session, tokenDigest: string, now: Timestamp): Session {
  const [idle, end] = [laterBy(now, SESSION_IDLE_DAYS * DAY_MS), laterBy(session.createdAt, SESSION_MAX_DAYS * DAY_MS)]
  return { ...session, tokenDigest, lastUsedAt: now, expiresAt: idle < end ? idle : end }
}

/** How long the holder of the token before gets the same successor again, while it is unused: an answer may be lost on its way. */
export const REPEAT_MS = 30_000

export function isRepeatable ({ lastUsedAt }: Session, now: Timestamp): boolean {
  return now < laterBy(lastUsedAt, REPEAT_MS)
}

/** The session whose person has just sent a code. */
export function steppedUp (session: Session, now: Timestamp): Session {
  return { ...session, steppedUpUntil: laterBy(now, STEP_UP_MS) }
}

export function isSteppedUp ({ steppedUpUntil }: Session, now: Timestamp): boolean {
  return steppedUpUntil !== null && now < steppedUpUntil
}

/** Whether the session is valid: it has not expired, its user is active, and nothing has ended all sessions of the user since. */
export function isAlive (session: Session, user: User | null, now: Timestamp): user is User {
  return user !== null && user.status === 'active' && user.userId === session.userId && user.epoch === session.epoch && now < session.expiresAt
}

/** Who calls. An operator with the shared token has no user id. */
export interface Caller {
  readonly userId: string | null
  /** Whether they do for others what their request asks for: they have the scope of its route. */
  readonly admin: boolean
  /** What they may do for others; absent where that is nothing. */
  readonly scopes?: readonly Scope[]
  /** The id of the API key of a service, which has no user id. */
  readonly apiKeyId?: string
  /** The e-mail address of the token, unless its issuer says that it is not verified. It is written to, and proves nothing. */
  readonly email?: string
  /** The e-mail address of the token, if its issuer has verified it. */
  readonly verifiedEmail?: string
  /** The phone number of the token, if its issuer has verified it. */
  readonly phone?: string
  /** The session of the token, if we issued it, or that of the console. */
  readonly sessionId?: string
}

/** By what the caller is known to those who look later; null for the shared token alone. */
export function actorIdOf ({ userId, apiKeyId }: Caller): string | null {
  return userId ?? apiKeyId ?? null
}
