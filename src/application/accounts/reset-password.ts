import { foldEmail } from '#domain/fold.js'
import { checkPassword } from '#domain/accounts/password.js'
import { changedUser, withReset } from '#domain/accounts/user.js'
import type { Background, Clock, Identity } from '../ports/system.js'
import type { Notifier } from '../ports/notifier.js'
import type { CommonPasswords, PasswordHasher } from '../ports/credentials.js'
import type { UserStore } from '../ports/account-stores.js'
import { holderOf, issueLink } from './mailed-secret.js'
import type { Throttle } from './throttle.js'

interface Ports {
  readonly users: UserStore
  readonly notifier: Notifier
  readonly identity: Identity
  readonly clock: Clock
}

export interface ForgotPasswordPorts extends Ports {
  readonly throttle: Throttle
  readonly background: Background
  readonly linkBase: () => string
}

/**
 * Mails a reset link to an address, if it has an account. The account is looked up after the answer, so that neither the answer
 * nor its time reveals whether it exists. A request that finds the mailbox full changes nothing: the links in it stay good.
 *
 * @throws too_many_attempts, busy
 */
export function makeForgotPassword ({ users, notifier, throttle, background, identity, clock, linkBase }: ForgotPasswordPorts) {
  return async function forgotPassword ({ email: typed, ip }: { email: string, ip: string }): Promise<void> {
    const email = foldEmail(typed)
    if (!await throttle.mail(email, ip)) return
    background(async () => {
      const user = await users.findByEmail(email)
      if (user === null || user.status !== 'active') return
      const now = clock()
      const { link, kept: reset } = issueLink('reset', user.userId, linkBase(), identity, now)
      const { locale } = await users.update(email, (user) => withReset(user, reset, now))
      await notifier.enqueue({ kind: 'password_reset', to: email, locale, data: { link }, dedupeKey: reset.digest })
    })
  }
}

/** Checks that a reset link is valid, without using it up. @throws invalid_link */
export function makeVerifyResetToken ({ users, identity, clock }: Omit<Ports, 'notifier'>) {
  return async function verifyResetToken (token: string): Promise<void> {
    await holderOf('reset', token, { users, identity }, clock())
  }
}

export interface ResetPasswordPorts extends Ports {
  readonly passwords: PasswordHasher
  readonly isCommonPassword: CommonPasswords
}

/**
 * Sets a new password by a mailed link, once, and ends the other links. The link also confirms the address. All sessions end, so that
 * a person who knew the old password is signed out.
 *
 * @throws invalid_link, weak_password, busy
 */
export function makeResetPassword ({ users, notifier, passwords, isCommonPassword, identity, clock }: ResetPasswordPorts) {
  return async function resetPassword ({ token, password, ip }: { token: string, password: string, ip: string }): Promise<void> {
    const now = clock()
    const { user: { email, name, locale }, check } = await holderOf('reset', token, { users, identity }, now)
    checkPassword(password, { email, name }, isCommonPassword)
    const passwordHash = await passwords.hash(password, ip)
    const { epoch, userId } = await users.update(email, (user) => {
      check(user)
      return changedUser(user, { passwordHash, reset: null, earlierResets: [], verification: null, emailVerified: true, epoch: user.epoch + 1 }, now)
    })
    await notifier.enqueue({ kind: 'password_changed', to: email, locale, data: {}, dedupeKey: `${userId}#${epoch}` })
  }
}
