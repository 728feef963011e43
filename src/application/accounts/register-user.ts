import { changedUser, checkPassword, newUser, type Locale, type User, type UserDraft } from '#domain/accounts/user.js'
import { foldEmail } from '#domain/fold.js'
import type { Background, Clock, Identity } from '../ports/system.js'
import type { Notifier } from '../ports/notifier.js'
import type { PasswordHasher } from '../ports/credentials.js'
import type { UserStore } from '../ports/account-stores.js'
import { holderOf, issueLink } from './mailed-secret.js'
import type { Throttle } from './throttle.js'

export interface RegisterCommand {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly locale: Locale
  readonly ip: string
}

export interface RegisterPorts {
  readonly users: UserStore
  readonly passwords: PasswordHasher
  readonly notifier: Notifier
  readonly throttle: Throttle
  readonly background: Background
  readonly identity: Identity
  readonly clock: Clock
  readonly linkBase: () => string
}

/**
 * Opens an account, which can be used once its address is confirmed. Neither the answer nor its time reveals whether the
 * address has an account already: everything is stored after the answer, and only the owner of the address learns it, by mail.
 * An unconfirmed account has no owner yet, so the next registration replaces it.
 *
 * @throws weak_password, too_many_attempts, busy
 */
export function makeRegisterUser ({ users, passwords, notifier, throttle, background, identity, clock, linkBase }: RegisterPorts) {
  return async function registerUser ({ email: typed, password, name, locale, ip }: RegisterCommand): Promise<void> {
    const email = foldEmail(typed)
    checkPassword(password, email)
    await throttle.mail(email, ip)
    const passwordHash = await passwords.hash(password, ip)
    background(async () => { await open({ email, name, locale, passwordHash }) })
  }

  async function open (fields: Omit<UserDraft, 'verification'>): Promise<void> {
    const { email, locale } = fields
    const now = clock()
    const userId = identity.random('usr')
    const { link, kept: verification } = issueLink('verification', userId, linkBase(), identity, now)
    const { inserted, stored } = await users.insert(newUser({ ...fields, verification }, userId, now))
    if (inserted) return await notifier.enqueue({ kind: 'email_verification', to: email, locale, data: { link }, dedupeKey: verification.digest })
    const again = issueLink('verification', stored.userId, linkBase(), identity, now)
    const user = await users.update(email, (user) => isUnconfirmed(user) ? changedUser(user, { ...fields, verification: again.kept }, now) : user)
    await notifier.enqueue(user.verification?.digest === again.kept.digest
      ? { kind: 'email_verification', to: email, locale, data: { link: again.link }, dedupeKey: again.kept.digest }
      : { kind: 'account_exists', to: email, locale: user.locale, data: {}, dedupeKey: verification.digest })
  }
}

/** Whether an account is still unconfirmed. Users of the earlier application have no password, but own their address. */
function isUnconfirmed ({ emailVerified, status, passwordHash }: User): boolean {
  return !emailVerified && status === 'active' && passwordHash !== null
}

export interface VerifyEmailPorts {
  readonly users: UserStore
  readonly identity: Identity
  readonly clock: Clock
}

/** Confirms the address of a user by the link that was mailed to it. @throws invalid_link */
export function makeVerifyEmail ({ users, identity, clock }: VerifyEmailPorts) {
  return async function verifyEmail (token: string): Promise<void> {
    const now = clock()
    const { user, check } = await holderOf('verification', token, { users, identity }, now)
    await users.update(user.email, (user) => {
      check(user)
      return changedUser(user, { emailVerified: true, verification: null }, now)
    })
  }
}
