import { DomainError } from '#domain/errors.js'
import { newSession } from '#domain/accounts/session.js'
import { foldEmail } from '#domain/fold.js'
import { changedUser, type User } from '#domain/accounts/user.js'
import type { Clock, Identity } from '../ports/system.js'
import type { PasswordHasher, TokenIssuer } from '../ports/credentials.js'
import type { SessionStore, UserStore } from '../ports/account-stores.js'
import { digestsOf, newRefreshToken, signedIn, type SignedIn } from './session-tokens.js'
import type { Throttle } from './throttle.js'

export interface Credentials {
  readonly email: string
  readonly password: string
  /** The second factor, where they have sent one. */
  readonly code?: string | null
  readonly ip: string
}

export interface SignInCommand extends Credentials {
  readonly device: string | null
}

export interface IdentifyUserPorts {
  readonly users: UserStore
  readonly passwords: PasswordHasher
  readonly throttle: Throttle
  readonly clock: Clock
}

export interface SignInPorts extends IdentifyUserPorts {
  readonly sessions: SessionStore
  readonly issueToken: TokenIssuer
  readonly identity: Identity
}

/**
 * The user whose address and password these are. An unknown address, a wrong password, an unconfirmed address and a suspended user are
 * refused with the same text, work and time.
 *
 * @throws invalid_credentials, too_many_attempts, busy
 */
export function makeIdentifyUser ({ users, passwords, throttle, clock }: IdentifyUserPorts) {
  return async function identifyUser ({ email: typed, password, ip }: Credentials): Promise<User> {
    const email = foldEmail(typed)
    const attempt = await throttle.signIn(email, ip)
    const found = await users.findByEmail(email)
    const { isRight, isOutdated } = await passwords.verify(password, found?.passwordHash ?? null, ip)
    if (found === null || !isRight || !found.emailVerified || found.status !== 'active') throw refused()
    await attempt.succeeded()
    return isOutdated ? await rehashed(found, password, ip) : found
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

/** Begins a session. @throws invalid_credentials, too_many_attempts, busy */
export function makeSignIn (ports: SignInPorts) {
  const { sessions, issueToken, identity, clock } = ports
  const identifyUser = makeIdentifyUser(ports)
  return async function signIn ({ device, ...credentials }: SignInCommand): Promise<SignedIn> {
    const user = await identifyUser(credentials)
    const token = newRefreshToken(identity.random('ses'), identity)
    const session = newSession(user, { sessionId: token.sessionId, device, ...digestsOf(token, identity) }, clock())
    await sessions.insert(session)
    return signedIn(user, session, token, issueToken)
  }
}

function refused (): DomainError {
  return new DomainError('invalid_credentials', 'the e-mail address or the password is wrong, or the address is not confirmed')
}
