import { DomainError } from '../errors.js'
import { laterBy, type Timestamp } from '../time.js'
import { CODE_LIFETIME_MS, CODE_TRIES_MAX, type PhoneCode } from './phone.js'
import { changedUser, type User } from './user.js'

/** The number that may get SMS: the one of the account, if it is confirmed. */
export function confirmedPhoneOf ({ phone, confirmedPhone }: User): string | null {
  return phone === confirmedPhone ? phone : null
}

/** The user who awaits a code. A newer code ends the one before. */
export function awaitingCode (user: User, { phone, digest }: Pick<PhoneCode, 'phone' | 'digest'>, now: Timestamp): User {
  return changedUser(user, { phoneCode: { phone, digest, expiresAt: laterBy(now, CODE_LIFETIME_MS), tries: 0 } }, now)
}

/**
 * The user after a try: the number is theirs, or the try is counted.
 *
 * @throws invalid_code where none is awaited any more
 */
export function tried (user: User, digest: string, now: Timestamp): User {
  const { phoneCode } = user
  if (phoneCode === null || phoneCode.expiresAt <= now || phoneCode.tries >= CODE_TRIES_MAX) throw invalidCode()
  const { phone } = phoneCode
  if (digest === phoneCode.digest) return changedUser(user, { phone, confirmedPhone: phone, phoneCode: null }, now)
  return changedUser(user, { phoneCode: { ...phoneCode, tries: phoneCode.tries + 1 } }, now)
}

export function invalidCode (): DomainError {
  return new DomainError('invalid_code', 'the code is wrong, too old or used up; ask for another one')
}
