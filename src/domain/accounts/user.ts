import { DomainError } from '../errors.js'
import type { Timestamp } from '../time.js'

export const LOCALES = ['tr', 'en'] as const
export type Locale = typeof LOCALES[number]

export const ROLES = ['user', 'admin'] as const
export type Role = typeof ROLES[number]

export const USER_STATUSES = ['active', 'suspended', 'deleted'] as const
export type UserStatus = typeof USER_STATUSES[number]

/** A secret that was mailed: kept as its digest alone, good once and until a moment. */
export interface MailedSecret {
  readonly digest: string
  readonly expiresAt: Timestamp
}

/** Somebody with an account. */
export interface User {
  readonly userId: string
  /** Folded, as by `foldEmail`. Of somebody deleted it is no address any more. */
  readonly email: string
  /** Whether somebody who reads this mailbox has said that the account is his. */
  readonly emailVerified: boolean
  /** E.164, such as +905321234567. */
  readonly phone: string | null
  readonly name: string
  readonly locale: Locale
  readonly role: Role
  readonly status: UserStatus
  /** Null where there is none yet, as for users of the earlier application: a reset gives them one. */
  readonly passwordHash: string | null
  /** Grows when all sessions end at once: what was issued under an older one is good no more. */
  readonly epoch: number
  /** The link that was mailed last for each purpose; it ends those before. */
  readonly verification: MailedSecret | null
  readonly reset: MailedSecret | null
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Grows by one with each change; 0 for rows of the earlier application. */
  readonly version: number
}

export interface UserDraft {
  readonly email: string
  readonly name: string
  readonly locale: Locale
  readonly passwordHash: string
  readonly verification: MailedSecret
}

/** Whose address nobody has confirmed yet. `email` has to be folded. */
export function newUser (draft: UserDraft, userId: string, now: Timestamp): User {
  return {
    userId,
    ...draft,
    emailVerified: false,
    phone: null,
    role: 'user',
    status: 'active',
    epoch: 0,
    reset: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
}

/** The user with these fields as his next version. */
export function changedUser (before: User, fields: Partial<User>, now: Timestamp): User {
  return { ...before, ...fields, updatedAt: now > before.updatedAt ? now : before.updatedAt, version: before.version + 1 }
}

/**
 * A deleted user: the id, to which messages and payments point, and nothing by which the person is known. Made field by field,
 * so that nothing which another version has stored of them stays.
 */
export function tombstone ({ userId, locale, epoch, createdAt, updatedAt, version }: User, now: Timestamp): User {
  return changedUser({
    userId,
    email: `deleted#${userId}`,
    emailVerified: false,
    phone: null,
    name: '',
    locale,
    role: 'user',
    status: 'deleted',
    passwordHash: null,
    epoch: epoch + 1,
    verification: null,
    reset: null,
    createdAt,
    updatedAt,
    version,
  }, {}, now)
}

export const PASSWORD_MIN_CHARACTERS = 10
/** Beyond what anybody types, and little work to hash. */
export const PASSWORD_MAX_CHARACTERS = 128

/** A password as it is hashed: keyboards write the same letter in several ways (NIST SP 800-63B, 3.1.1.2). */
export function normalPassword (password: string): string {
  return password.normalize('NFKC')
}

/**
 * Length is what makes a password strong; rules about kinds of characters only make it hard to remember.
 * @throws weak_password also for the own address or one letter over and over
 */
export function checkPassword (password: string, email: string): void {
  const characters = Array.from(normalPassword(password))
  if (characters.length < PASSWORD_MIN_CHARACTERS || characters.length > PASSWORD_MAX_CHARACTERS) {
    throw new DomainError('weak_password', `a password has ${PASSWORD_MIN_CHARACTERS} to ${PASSWORD_MAX_CHARACTERS} characters`)
  }
  if (password.toLowerCase().includes(email) || new Set(characters).size < 4) {
    throw new DomainError('weak_password', 'the password is one of the first that somebody would try')
  }
}
