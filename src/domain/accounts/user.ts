import { DAY_MS, MINUTE_MS, type Timestamp } from '../time.js'
import { UNCONFIRMED, type PhoneCode } from './phone.js'
import { NO_SECOND_FACTOR, type SecondFactor } from './second-factor.js'

/** Ids are joined to keys by '#', which is therefore left out. Every character that common identity providers put into `sub` is allowed. */
export const USER_ID_PATTERN = '^[A-Za-z0-9._:@|+=-]{1,128}$'

export const LOCALES = ['tr', 'en'] as const
export type Locale = typeof LOCALES[number]

export const ROLES = ['user', 'viewer', 'support', 'finance', 'admin'] as const
export type Role = typeof ROLES[number]

/** The roles of people who act for others. */
export const STAFF_ROLES = ROLES.filter((role) => role !== 'user')

export const USER_STATUSES = ['active', 'suspended', 'deleted'] as const
export type UserStatus = typeof USER_STATUSES[number]

/** How long a mailed link is valid, by its purpose. */
export const LINK_LIFETIMES_MS = { verification: DAY_MS, reset: 30 * MINUTE_MS, emailChange: DAY_MS } as const
export type LinkPurpose = keyof typeof LINK_LIFETIMES_MS

/** A mailed secret, valid once and until it expires. Only its digest is stored. */
export interface MailedSecret {
  readonly digest: string
  readonly expiresAt: Timestamp
}

/** A link that stays valid beside a newer one, while the epoch of its user is the same. */
export interface EarlierReset extends MailedSecret {
  readonly epoch: number
}

/** The next address of a user, once the link that was mailed to it is opened, while their epoch is the same. */
export interface EmailChange extends EarlierReset {
  /** Folded by `foldEmail`. */
  readonly email: string
}

/** A person with an account. */
export interface User {
  readonly userId: string
  /** Folded by `foldEmail`. A deleted user has a placeholder instead of an address. */
  readonly email: string
  /** Whether the owner of the mailbox has confirmed the account. */
  readonly emailVerified: boolean
  /** E.164, such as +905321234567. */
  readonly phone: string | null
  /** The last number that was confirmed by a code. It counts while it is `phone`, which version 0.1.0 changes alone. */
  readonly confirmedPhone: string | null
  readonly phoneCode: PhoneCode | null
  readonly name: string
  readonly locale: Locale
  readonly role: Role
  readonly status: UserStatus
  /** Null for users of the earlier application, until a reset sets a password. */
  readonly passwordHash: string | null
  /** Grows when all sessions end at once. Sessions of a smaller epoch are invalid. */
  readonly epoch: number
  /** The link of a registration of version 0.1.0, which stored unconfirmed accounts as users. */
  readonly verification: MailedSecret | null
  /** The last mailed link for a new password. */
  readonly reset: MailedSecret | null
  /** Those mailed before it, which stay valid. Version 0.1.0 does not know them; the epoch ends them with its resets too. */
  readonly earlierResets: readonly EarlierReset[]
  readonly emailChange: EmailChange | null
  /** Addresses that the user had before, folded, newest last: what is stored under them is cleared with the account. */
  readonly formerEmails: readonly string[]
  /** Null: a password is enough to sign in. */
  readonly secondFactor: SecondFactor | null
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Grows by one with each change; 0 for rows of the earlier application. */
  readonly version: number
}

/** The fields that users of version 0.1.0 lack, with their values there. */
export const LATER_USER_FIELDS = { earlierResets: [], emailChange: null, formerEmails: [], ...UNCONFIRMED, ...NO_SECOND_FACTOR } as const satisfies Partial<User>

export interface UserDraft {
  readonly email: string
  readonly name: string
  readonly locale: Locale
  readonly passwordHash: string
}

/** A user who has confirmed the address. `email` must be folded. */
export function newUser (draft: UserDraft, userId: string, now: Timestamp): User {
  return {
    userId,
    ...draft,
    emailVerified: true,
    phone: null,
    role: 'user',
    status: 'active',
    epoch: 0,
    verification: null,
    reset: null,
    ...LATER_USER_FIELDS,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
}

/**
 * Whether it is an account of version 0.1.0 whose address is unconfirmed. Users of the earlier application have no password, but own
 * their address.
 */
export function isUnconfirmed ({ emailVerified, status, passwordHash }: User): boolean {
  return !emailVerified && status === 'active' && passwordHash !== null
}

/** Links for a new password that are valid at once; the oldest ends with a further one. Far more than limits let strangers ask for. */
export const RESETS_MAX = 20

/** The user with one more link for a new password. Links before it stay valid. */
export function withReset (user: User, reset: MailedSecret, now: Timestamp): User {
  const { epoch } = user
  const earlierResets = linksOf(user, 'reset', now).map((link) => ({ ...link, epoch }))
  return changedUser(user, { reset, earlierResets: earlierResets.slice(1 - RESETS_MAX) }, now)
}

/** The valid links of a purpose, oldest first. */
export function linksOf (user: User, purpose: LinkPurpose, now: Timestamp): readonly MailedSecret[] {
  const links: ReadonlyArray<MailedSecret & { readonly epoch?: number } | null> = purpose === 'reset' ? [...user.earlierResets, user.reset] : [user[purpose]]
  return links.filter((link) => link !== null).filter(({ expiresAt, epoch = user.epoch }) => now < expiresAt && epoch === user.epoch)
}

/** Former addresses that a user keeps; the oldest is forgotten with a further one. */
const FORMER_EMAILS_MAX = 100

/** The user under another address. All sessions and links end, as they belong to the address before. */
export function movedUser (user: User, email: string, now: Timestamp): User {
  const formerEmails = [...user.formerEmails.filter((former) => former !== email), user.email].slice(-FORMER_EMAILS_MAX)
  return changedUser(user, { email, formerEmails, emailChange: null, reset: null, earlierResets: [], epoch: user.epoch + 1 }, now)
}

/** The next version of the user, with these fields. */
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
    ...LATER_USER_FIELDS,
    createdAt,
    updatedAt,
    version,
  }, {}, now)
}
