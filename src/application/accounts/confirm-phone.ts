import { DomainError } from '#domain/errors.js'
import { awaitingCode, confirmedPhoneOf, invalidCode, tried } from '#domain/accounts/phone-confirmation.js'
import { changedUser, type User } from '#domain/accounts/user.js'
import { makeQuotas, type QuotaPorts } from '../notifications/quotas.js'
import type { UserStore } from '../ports/account-stores.js'
import type { Notifier } from '../ports/notifier.js'
import type { IsSmsCountry, PhoneCodes } from '../ports/phone-codes.js'
import { updateUser, type ProfileFields } from './profile.js'

export interface PhonePorts extends QuotaPorts {
  readonly users: UserStore
  readonly notifier: Notifier
  readonly phoneCodes: PhoneCodes
  readonly isSmsCountry: IsSmsCountry
}

/**
 * Sends a code to a phone number, in E.164. The number of the account stays until the code has come back. A newer code ends the one before.
 *
 * @throws not_found, phone_not_supported, too_many_attempts
 */
export function makeRequestPhoneCode (ports: PhonePorts) {
  const { users, notifier, phoneCodes, isSmsCountry, clock } = ports
  const quotas = makeQuotas(ports)
  return async function requestPhoneCode ({ userId, phone }: { userId: string, phone: string }): Promise<void> {
    if (!isSmsCountry(phone)) throw new DomainError('phone_not_supported', 'no SMS go to numbers of this country')
    await quotas.code(userId, phone)
    const code = phoneCodes.make()
    const { locale, version } = await updateUser(users, userId, (user) => awaitingCode(user, { phone, digest: phoneCodes.digestOf(userId, code) }, clock()))
    await notifier.enqueue({ kind: 'phone_confirmation', to: phone, userId, locale, data: { code }, dedupeKey: `${userId}#${version}` })
  }
}

/** Makes the number to which the last code went that of the account. @throws not_found, invalid_code */
export function makeConfirmPhone ({ users, phoneCodes, clock }: Pick<PhonePorts, 'users' | 'phoneCodes' | 'clock'>) {
  return async function confirmPhone ({ userId, code }: { userId: string, code: string }): Promise<User> {
    const digest = phoneCodes.digestOf(userId, code)
    const user = await updateUser(users, userId, (before) => tried(before, digest, clock()))
    if (user.phoneCode !== null) throw invalidCode()
    return user
  }
}

/**
 * Changes the given fields, and keeps the others. A new number gets a code as if it had been asked for, where one may be sent.
 *
 * @throws not_found
 */
export function makeUpdateProfile (ports: PhonePorts) {
  const { users, clock } = ports
  const requestPhoneCode = makeRequestPhoneCode(ports)
  return async function updateProfile ({ userId, fields }: { userId: string, fields: ProfileFields }): Promise<User> {
    const step = { phoneBefore: null as string | null }
    const user = await updateUser(users, userId, (before) => {
      step.phoneBefore = before.phone
      return changedUser(before, fields, clock())
    })
    const { phone } = user
    if (phone !== null && phone !== step.phoneBefore && confirmedPhoneOf(user) === null) {
      await requestPhoneCode({ userId, phone }).catch((error: unknown) => {
        if (!(error instanceof DomainError) || !SILENT.has(error.code)) throw error
      })
    }
    return user
  }
}

/** Why a number is stored and gets no code. */
const SILENT: ReadonlySet<string> = new Set(['phone_not_supported', 'too_many_attempts'])
