import { checkPassword } from '#domain/accounts/password.js'
import { changedUser, type User } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import type { Clock } from '../ports/system.js'
import type { CommonPasswords, PasswordHasher } from '../ports/credentials.js'
import type { Notifier } from '../ports/notifier.js'
import type { SessionStore, UserStore } from '../ports/account-stores.js'
import { getUserOf, updateUser } from './profile.js'
import type { Throttle } from './throttle.js'

export interface ProofPorts {
  readonly users: UserStore
  readonly passwords: PasswordHasher
  readonly throttle: Throttle
}

/** What a signed-in person sends to prove that they still are the owner of the account. */
export interface Proof {
  readonly userId: string
  /** The present password. */
  readonly password: string
  readonly ip: string
}

/** The user whose present password it is. A wrong one counts like one at a sign-in. @throws not_found, wrong_password, too_many_attempts, busy */
export async function provenUser ({ users, passwords, throttle }: ProofPorts, { userId, password, ip }: Proof): Promise<User> {
  const user = await getUserOf(users, userId)
  const attempt = await throttle.signIn(user.email, ip)
  if (!(await passwords.verify(password, user.passwordHash, ip)).isRight) throw new DomainError('wrong_password', 'it is not your present password')
  await attempt.succeeded()
  return user
}

export interface ChangePasswordCommand extends Proof {
  readonly newPassword: string
  /** The session of the request, which goes on. Null: none does. */
  readonly sessionId: string | null
}

export interface ChangePasswordPorts extends ProofPorts {
  readonly sessions: SessionStore
  readonly isCommonPassword: CommonPasswords
  readonly notifier: Notifier
  readonly clock: Clock
}

/**
 * Sets a new password while the person is signed in. All other sessions and all links for a new password end.
 *
 * @throws not_found, wrong_password, weak_password, too_many_attempts, busy
 */
export function makeChangePassword (ports: ChangePasswordPorts) {
  const { users, sessions, passwords, isCommonPassword, notifier, clock } = ports
  return async function changePassword ({ newPassword, sessionId, ...proof }: ChangePasswordCommand): Promise<void> {
    const proven = await provenUser(ports, proof)
    checkPassword(newPassword, proven, isCommonPassword)
    const passwordHash = await passwords.hash(newPassword, proof.ip)
    const { userId, email, locale, epoch } = await updateUser(users, proof.userId, (user) => {
      // A change, reset or suspension that came meanwhile counts.
      if (user.epoch !== proven.epoch) throw new DomainError('wrong_password', 'the password was changed meanwhile')
      return changedUser(user, { passwordHash, reset: null, earlierResets: [], epoch: user.epoch + 1 }, clock())
    })
    if (sessionId !== null) await keepSession(sessionId, proven.epoch, epoch)
    await notifier.enqueue({ kind: 'password_changed', to: email, locale, data: {}, dedupeKey: `${userId}#${epoch}` })
  }

  async function keepSession (sessionId: string, before: number, epoch: number): Promise<void> {
    const session = await sessions.find(sessionId)
    // A refresh at the same moment has seen the new epoch, and has ended the session.
    if (session?.epoch === before) await sessions.replace(session, { ...session, epoch })
  }
}
