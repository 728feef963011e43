import { DomainError } from '#domain/errors.js'
import { hasSecondFactor } from '#domain/accounts/second-factor-use.js'
import { newSession } from '#domain/accounts/session.js'
import { foldEmail } from '#domain/fold.js'
import { changedUser, type User } from '#domain/accounts/user.js'
import type { PasswordHasher, TokenIssuer } from '../ports/credentials.js'
import type { SessionStore } from '../ports/account-stores.js'
import { digestsOf, newRefreshToken, signedIn, type SignedIn } from './session-tokens.js'
import { useCode, type CodePorts } from './use-code.js'

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

export interface IdentifyUserPorts extends CodePorts {
  readonly passwords: PasswordHasher
}

export interface SignInPorts extends IdentifyUserPorts {
  readonly sessions: SessionStore
  readonly issueToken: TokenIssuer
}

/**
 * The user whose address and password these are, and whose code, if they have a second factor. An unknown address, a wrong password, an
 * unconfirmed address and a suspended user are refused with the same text, work and time. That there is a second factor shows only to those
 * who know the password.
 *
 * @throws invalid_credentials, second_factor_required, wrong_code, too_many_attempts, busy
 */
export function makeIdentifyUser (ports: IdentifyUserPorts) {
  const { users, passwords, throttle, clock } = ports
  return async function identifyUser ({ email: typed, password, code = null, ip }: Credentials): Promise<User> {
    const email = foldEmail(typed)
    const attempt = await throttle.signIn(email, ip)
    const found = await users.findByEmail(email)
    const { isRight, isOutdated } = await passwords.verify(password, found?.passwordHash ?? null, ip)
    if (found === null || !isRight || !found.emailVerified || found.status !== 'active') throw refused()
    if (hasSecondFactor(found)) {
      if (code === null) {
        await attempt.passwordWasRight()
        throw new DomainError('second_factor_required', 'send a code of the app, or a recovery code, beside the password')
      }
      // The epoch of the user as found is that of the password: one that was changed meanwhile ends the session.
      await useCode(ports, found, { code, ip })
    }
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

/** Begins a session. @throws what `identifyUser` throws */
export function makeSignIn (ports: SignInPorts) {
  const { sessions, issueToken, identity, clock } = ports
  const identifyUser = makeIdentifyUser(ports)
  return async function signIn ({ device, ...credentials }: SignInCommand): Promise<SignedIn> {
    const user = await identifyUser(credentials)
    const token = newRefreshToken(identity.random('ses'), identity)
    const session = newSession(user, { sessionId: token.sessionId, device, hasSecondFactor: hasSecondFactor(user), ...digestsOf(token, identity) }, clock())
    await sessions.insert(session)
    return signedIn(user, session, token, issueToken)
  }
}

function refused (): DomainError {
  return new DomainError('invalid_credentials', 'the e-mail address or the password is wrong, or the address is not confirmed')
}
