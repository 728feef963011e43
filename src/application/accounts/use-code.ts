import { withCodeUsed, type CodeReading, type ReadCode } from '#domain/accounts/second-factor-use.js'
import type { User } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import type { UserStore } from '../ports/account-stores.js'
import type { SecondFactors } from '../ports/second-factors.js'
import type { Clock, Identity } from '../ports/system.js'
import type { Throttle } from './throttle.js'

export interface CodePorts {
  readonly users: UserStore
  readonly secondFactors: SecondFactors
  readonly throttle: Throttle
  readonly identity: Identity
  readonly clock: Clock
}

/** A code of the app, or a recovery code, as a person has typed it. */
export interface TypedCode {
  readonly code: string
  readonly ip: string
}

/** What becomes of the user by a code. */
export type ChangeByCode = (user: User, read: ReadCode) => User

/**
 * Changes a user by a code, in one step with the note that it was used. A wrong one counts against the account, and a right password does
 * not take it back.
 *
 * @throws what the change throws; not_found, too_many_attempts
 */
export async function changeByCode ({ users, secondFactors, throttle, identity, clock }: CodePorts, { userId, email }: User, { code, ip }: TypedCode, change: ChangeByCode): Promise<User> {
  const attempt = await throttle.code(email, ip)
  const typed = code.replace(/[ -]/g, '').toUpperCase()
  const user = await users.update(email, (current) => {
    if (current.userId !== userId) throw new DomainError('not_found', 'the address belongs to another account by now')
    return change(current, (factor): CodeReading => {
      const opened = secondFactors.open(userId, factor.sealed)
      return {
        step: opened === null ? null : secondFactors.stepOf(opened.secret, typed, clock()),
        recoveryDigest: recoveryDigestOf(userId, typed, identity),
        sealed: opened?.isOutdated === true ? secondFactors.seal(userId, opened.secret) : factor.sealed,
      }
    })
  })
  await attempt.succeeded()
  return user
}

/** Uses a code up. @throws second_factor_off, wrong_code, not_found, too_many_attempts */
export async function useCode (ports: CodePorts, user: User, typed: TypedCode): Promise<User> {
  return await changeByCode(ports, user, typed, (current, read) => withCodeUsed(current, read, ports.clock()))
}

/** By what a recovery code is known, without its dashes. */
export function recoveryDigestOf (userId: string, code: string, identity: Identity): string {
  return identity.derived('rec', [userId, code])
}
