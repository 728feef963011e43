import { checkPassword } from '#domain/accounts/password.js'
import { registered, type Registration } from '#domain/accounts/registration.js'
import { isUnconfirmed, type Locale } from '#domain/accounts/user.js'
import { foldEmail } from '#domain/fold.js'
import { networkOf } from '#domain/network.js'
import type { Background, Clock, Identity } from '../ports/system.js'
import type { Notifier } from '../ports/notifier.js'
import type { CommonPasswords, PasswordHasher } from '../ports/credentials.js'
import type { RegistrationStore, UserStore } from '../ports/account-stores.js'
import { issueLink } from './mailed-secret.js'
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
  readonly registrations: RegistrationStore
  readonly passwords: PasswordHasher
  readonly isCommonPassword: CommonPasswords
  readonly notifier: Notifier
  readonly throttle: Throttle
  readonly background: Background
  readonly identity: Identity
  readonly clock: Clock
  readonly linkBase: () => string
}

/** The registrations of an address have its derived id, which links name in its place. */
export function registrationIdOf (email: string, identity: Identity): string {
  return identity.derived('reg', [email])
}

/**
 * Keeps a registration, which becomes an account once the owner of the address confirms it by its own link. Neither the answer nor its
 * time reveals whether the address has an account already: everything is stored after the answer, and only the owner of the
 * address learns it, by mail.
 *
 * @throws weak_password, too_many_attempts, busy
 */
export function makeRegisterUser ({ users, registrations, passwords, isCommonPassword, notifier, throttle, background, identity, clock, linkBase }: RegisterPorts) {
  return async function registerUser ({ email: typed, password, name, locale, ip }: RegisterCommand): Promise<void> {
    const email = foldEmail(typed)
    checkPassword(password, { email, name }, isCommonPassword)
    const isMailed = await throttle.mail(email, ip)
    const passwordHash = await passwords.hash(password, ip)
    if (!isMailed) return
    const origin = identity.derived('net', [email, networkOf(ip)])
    background(async () => { await keep(email, { name, locale, passwordHash, origin }) })
  }

  async function keep (email: string, fields: Omit<Registration, 'digest' | 'expiresAt'>): Promise<void> {
    const now = clock()
    const owner = await users.findByEmail(email)
    if (owner !== null && !isUnconfirmed(owner)) {
      if (owner.status === 'active') await notifier.enqueue({ kind: 'account_exists', to: email, locale: owner.locale, data: {}, dedupeKey: identity.random('reg') })
      return
    }
    const id = registrationIdOf(email, identity)
    const { link, kept } = issueLink('verification', id, linkBase(), identity, now)
    const stored = await registrations.update(id, (before) => registered(before, email, { ...fields, ...kept }, now))
    if (stored?.waiting.some(({ digest }) => digest === kept.digest) !== true) return
    await notifier.enqueue({ kind: 'email_verification', to: email, locale: fields.locale, data: { link }, dedupeKey: kept.digest })
  }
}
