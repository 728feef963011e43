import { validOf, type Registration } from '#domain/accounts/registration.js'
import { changedUser, isUnconfirmed, movedUser, newUser, type User } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import type { Clock, Identity } from '../ports/system.js'
import type { Notifier } from '../ports/notifier.js'
import type { PasswordHasher } from '../ports/credentials.js'
import type { RegistrationStore, UserStore } from '../ports/account-stores.js'
import { holderOf, invalidLink, partsOf } from './mailed-secret.js'
import { registrationIdOf } from './register-user.js'

export interface VerifyEmailCommand {
  readonly token: string
  /** The password of the registration, or of the account that gets another address. Null: the person was not asked. */
  readonly password: string | null
  readonly ip: string
}

export interface VerifyEmailPorts {
  readonly users: UserStore
  readonly registrations: RegistrationStore
  readonly passwords: PasswordHasher
  readonly notifier: Notifier
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Makes an account of a registration by the link that was mailed to its address, and ends the other registrations of the address. A
 * link says that the person reads the mailbox, not which registration is theirs: where several wait, the password says so.
 *
 * The link to a new address of a user gives the user that address.
 *
 * @throws invalid_link, password_required, wrong_password, email_taken, busy
 */
export function makeVerifyEmail ({ users, registrations, passwords, notifier, identity, clock }: VerifyEmailPorts) {
  return async function verifyEmail ({ token, password, ip }: VerifyEmailCommand): Promise<void> {
    const { id, digest } = partsOf(token, identity)
    const now = clock()
    const found = await registrations.find(id)
    if (found === null) return await confirmUser({ token, password, ip })
    const { email } = found
    const waiting = validOf(found, now)
    const own = waiting.find((registration) => registration.digest === digest)
    const present = await users.findByEmail(email)
    if (own === undefined || (present !== null && !isUnconfirmed(present))) throw invalidLink()
    if (waiting.length > 1 || present !== null || password !== null) await provePassword(password, own.passwordHash, ip)
    if (present === null) await open(email, own)
    else await takeOver(email, own)
    await registrations.update(id, () => null)
  }

  async function open (email: string, { name, locale, passwordHash }: Registration): Promise<void> {
    const { inserted } = await users.insert(newUser({ email, name, locale, passwordHash }, identity.random('usr'), clock()))
    if (!inserted) throw invalidLink()
  }

  /** An account that version 0.1.0 keeps unconfirmed has no owner yet. */
  async function takeOver (email: string, { name, locale, passwordHash }: Registration): Promise<void> {
    await users.update(email, (user) => confirmed(user, { name, locale, passwordHash }))
  }

  /** A link that names a user and no registration. */
  async function confirmUser (command: VerifyEmailCommand): Promise<void> {
    const { id, digest } = partsOf(command.token, identity)
    const user = await users.find(id)
    if (user?.emailChange?.digest === digest) await moveUser(command, user.emailChange.email)
    else await confirmEarlier(command)
  }

  /**
   * Gives a user the address to which the link was mailed. All sessions end, as their address is another one. While registrations wait
   * for the address, its owner may take the link for that of theirs: the password of the account says whose it is.
   */
  async function moveUser ({ token, password, ip }: VerifyEmailCommand, email: string): Promise<void> {
    const now = clock()
    const { user: { email: before, locale, userId, passwordHash }, check } = await holderOf('emailChange', token, { users, identity }, now)
    const waitingId = registrationIdOf(email, identity)
    if (validOf(await registrations.find(waitingId), now).length > 0 || password !== null) await provePassword(password, passwordHash, ip)
    const { epoch } = await users.update(before, (user) => {
      check(user)
      return movedUser(user, email, clock())
    })
    await registrations.update(waitingId, () => null)
    await notifier.enqueue({ kind: 'email_changed', to: before, userId, locale, data: {}, dedupeKey: `${userId}#${epoch}` })
  }

  /** Confirms an account of version 0.1.0, whose link may have been mailed for another registration than the last one. */
  async function confirmEarlier ({ token, password, ip }: VerifyEmailCommand): Promise<void> {
    const { user: { email, passwordHash }, check } = await holderOf('verification', token, { users, identity }, clock())
    await provePassword(password, passwordHash, ip)
    await users.update(email, (user) => {
      check(user)
      return confirmed(user, {})
    })
    await registrations.update(registrationIdOf(email, identity), () => null)
  }

  async function provePassword (password: string | null, hash: string | null, ip: string): Promise<void> {
    if (password === null) throw new DomainError('password_required', 'send the password of the account or the registration that this link is for')
    if (!(await passwords.verify(password, hash, ip)).isRight) throw new DomainError('wrong_password', 'it is not the password of the account or the registration that this link is for')
  }

  function confirmed (user: User, fields: Partial<User>): User {
    if (!isUnconfirmed(user)) throw invalidLink()
    return changedUser(user, { ...fields, emailVerified: true, verification: null }, clock())
  }
}
