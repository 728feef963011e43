import { changedUser } from '#domain/accounts/user.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'
import type { UserStore } from '../ports/user-store.js'
import { holderOf } from './mailed-secret.js'

export interface VerifyEmailPorts {
  readonly users: UserStore
  readonly identity: Identity
  readonly clock: Clock
}

/** Confirms that an address is its user's, by the link that was mailed there. @throws invalid_link */
export function makeVerifyEmail ({ users, identity, clock }: VerifyEmailPorts) {
  return async function verifyEmail (token: string): Promise<void> {
    const now = clock()
    const { user, check } = await holderOf('verification', token, { users, identity }, now)
    await users.update(user.email, (user) => {
      check(user)
      return changedUser(user, { emailVerified: true, verification: null }, now)
    })
  }
}
