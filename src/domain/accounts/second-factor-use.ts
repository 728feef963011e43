import { DomainError } from '../errors.js'
import type { Timestamp } from '../time.js'
import type { SecondFactor } from './second-factor.js'
import type { Session } from './session.js'
import { changedUser, type Role, type User } from './user.js'

/** What a code is to a second factor. */
export interface CodeReading {
  /** The step whose code it is, at most one from the present one; null: it is none of the app. */
  readonly step: number | null
  /** The digest that it has if it is a recovery code. */
  readonly recoveryDigest: string
  /** The secret as it is to be stored: sealed anew where the key is a former one. */
  readonly sealed: string
}

/** Reads a code by the second factor as it is stored at that moment. */
export type ReadCode = (factor: SecondFactor) => CodeReading

export function hasSecondFactor ({ secondFactor }: User): boolean {
  return onIn(secondFactor) !== null
}

/** The user who has a secret, which counts once they have sent a code of it. A newer secret ends one that waits. @throws second_factor_on */
export function withSecret (user: User, sealed: string, now: Timestamp): User {
  if (hasSecondFactor(user)) throw alreadyOn()
  return changedUser(user, { secondFactor: { sealed, onSince: null, lastStep: 0, recoveryDigests: [] } }, now)
}

/** The user who has sent the first code: from now on codes are asked for. @throws second_factor_on, second_factor_off, wrong_code */
export function withSecondFactor (user: User, read: ReadCode, recoveryDigests: readonly string[], now: Timestamp): User {
  const { secondFactor } = user
  if (hasSecondFactor(user)) throw alreadyOn()
  if (secondFactor === null) throw isOff()
  const { step, sealed } = read(secondFactor)
  if (step === null) throw wrongCode()
  return changedUser(user, { secondFactor: { ...secondFactor, sealed, onSince: now, lastStep: step, recoveryDigests } }, now)
}

/** The user who has used up a code: of the app, of a step after the last one, or one of the recovery codes. @throws second_factor_off, wrong_code */
export function withCodeUsed (user: User, read: ReadCode, now: Timestamp): User {
  const factor = onIn(user.secondFactor)
  if (factor === null) throw isOff()
  const { step, recoveryDigest, sealed } = read(factor)
  if (step !== null && step > factor.lastStep) return changedUser(user, { secondFactor: { ...factor, sealed, lastStep: step } }, now)
  const recoveryDigests = factor.recoveryDigests.filter((digest) => digest !== recoveryDigest)
  if (recoveryDigests.length === factor.recoveryDigests.length) throw wrongCode()
  return changedUser(user, { secondFactor: { ...factor, recoveryDigests } }, now)
}

/** The role that counts in a session. `isRequired`: that of the user counts only in sessions that were opened with the second factor which they have. */
export function roleIn ({ hasSecondFactor: isOpenedWith }: Pick<Session, 'hasSecondFactor'>, user: User, isRequired: boolean): Role {
  return isRequired && !(isOpenedWith && hasSecondFactor(user)) ? 'user' : user.role
}

function onIn (factor: SecondFactor | null): SecondFactor | null {
  return factor === null || factor.onSince === null ? null : factor
}

function wrongCode (): DomainError {
  return new DomainError('wrong_code', 'the code is wrong, too old, or was used before')
}

function isOff (): DomainError {
  return new DomainError('second_factor_off', 'the account has no second factor')
}

function alreadyOn (): DomainError {
  return new DomainError('second_factor_on', 'the account has a second factor already')
}
