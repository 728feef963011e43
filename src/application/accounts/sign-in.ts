import { DomainError } from '#domain/errors.js'
import { newSession } from '#domain/accounts/session.js'
import { foldEmail } from '#domain/fold.js'
import { changedUser, type User } from '#domain/accounts/user.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PasswordHasher, TokenIssuer } from '../ports/credentials.js'
import type { SessionStore, UserStore } from '../ports/account-stores.js'
import { digestsOf, newRefreshToken, signedIn, type SignedIn } from './session-tokens.js'
import type { Throttle } from './throttle.js'

export interface SignInCommand {
  readonly email: string
  readonly password: string
  readonly ip: string
  readonly device: string | null
}

export interface SignInPorts {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly passwords: PasswordHasher
  readonly throttle: Throttle
  readonly issueToken: TokenIssuer
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Begins a session. An unknown address, a wrong password, an unconfirmed address and a suspended user are refused with the same
 * text, work and time.
 *
 * @throws invalid_credentials, too_many_attempts, busy
 */
export function makeSignIn ({ users, sessions, passwords, throttle, issueToken, identity, clock }: SignInPorts) {
  return async function signIn ({ email: typed, password, ip, device }: SignInCommand): Promise<SignedIn> {
    const email = foldEmail(typed)
    const attempt = await throttle.signIn(email, ip)
    const found = await users.findByEmail(email)
    const { isRight, isOutdated } = await passwords.verify(password, found?.passwordHash ?? null, ip)
    if (found === null || !isRight || !found.emailVerified || found.status !== 'active') throw refused()
    await attempt.succeeded()
    const user = isOutdated ? await rehashed(found, password, ip) : found
    const token = newRefreshToken(identity.random('ses'), identity)
    const session = newSession(user, { sessionId: token.sessionId, device, ...digestsOf(token, identity) }, clock())
    await sessions.insert(session)
    return signedIn(user, session, token, issueToken)
  }

  /** Replaces an outdated hash, which needs the password and so is possible only at a sign-in. */
  async function rehashed (user: User, password: string, ip: string): Promise<User> {
    const passwordHash = await passwords.hash(password, ip)
    return await users.update(user.email, (now) => {
      if (now.passwordHash !== user.passwordHash) throw refused()
      return changedUser(now, { passwordHash }, clock())
    })
  }
}

function refused (): DomainError {
  return new DomainError('invalid_credentials', 'the e-mail address or the password is wrong, or the address is not confirmed')
}
