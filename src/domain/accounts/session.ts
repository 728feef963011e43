import { containsCardNumber } from '../card-number.js'
import { DAY_MS, laterBy, type Timestamp } from '../time.js'
import type { User } from './user.js'

/** Days without a sign of life after which a session ends, and days after which it ends in any case. */
export const SESSION_IDLE_DAYS = 30
export const SESSION_MAX_DAYS = 180
export const ACCESS_TOKEN_LIFETIME_MS = 15 * 60_000

/** Somebody signed in on one device, from there until he signs out. */
export interface Session {
  readonly sessionId: string
  readonly userId: string
  readonly email: string
  /** That of the user at the time of the sign-in. */
  readonly epoch: number
  /** Digest of the part that all refresh tokens of the session share: who has it once had one of them. */
  readonly familyDigest: string
  /** Digest of the part of the one token that is good now. */
  readonly tokenDigest: string
  /** What the device calls itself, to be told from others in a list; null where it says nothing. */
  readonly device: string | null
  readonly createdAt: Timestamp
  readonly lastUsedAt: Timestamp
  readonly expiresAt: Timestamp
}

const DEVICE_MAX_CHARACTERS = 200

export function newSession (user: User, ids: Pick<Session, 'sessionId' | 'familyDigest' | 'tokenDigest' | 'device'>, now: Timestamp): Session {
  const { userId, email, epoch } = user
  const device = ids.device === null || containsCardNumber(ids.device) ? null : ids.device.slice(0, DEVICE_MAX_CHARACTERS)
  return { ...ids, device, userId, email, epoch, createdAt: now, lastUsedAt: now, expiresAt: laterBy(now, SESSION_IDLE_DAYS * DAY_MS) }
}

/** The session with its next token; the one before is good no more. */
export function rotated (session: Session, tokenDigest: string, now: Timestamp): Session {
  const [idle, end] = [laterBy(now, SESSION_IDLE_DAYS * DAY_MS), laterBy(session.createdAt, SESSION_MAX_DAYS * DAY_MS)]
  return { ...session, tokenDigest, lastUsedAt: now, expiresAt: idle < end ? idle : end }
}

/** Whether the session, and a token of it, lets its user in now: it has not run out, and nothing has ended all his sessions since. */
export function isAlive (session: Session, user: User | null, now: Timestamp): user is User {
  return user !== null && user.status === 'active' && user.userId === session.userId && user.epoch === session.epoch && now < session.expiresAt
}

/** Who asks. An administrator who came with the shared token has no user id. */
export interface Caller {
  readonly userId: string | null
  readonly admin: boolean
  /** The e-mail address of his token, where the issuer says that it is his; absent otherwise. */
  readonly verifiedEmail?: string
  /** The session of his token, where it is one of ours. */
  readonly sessionId?: string
}
