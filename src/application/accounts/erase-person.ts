import { newErasure, restarted, type Erasure } from '#domain/accounts/erasure.js'
import { tombstone, type User } from '#domain/accounts/user.js'
import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { foldEmail } from '#domain/fold.js'
import type { ErasureStore, UserStore } from '../ports/account-stores.js'
import type { Clock } from '../ports/system.js'
import { updateUser } from './profile.js'

export interface ErasurePorts {
  readonly users: UserStore
  readonly erasures: ErasureStore
  readonly clock: Clock
}

/**
 * Ends all sessions of a user, frees their address, and has what is stored of them elsewhere cleared. In this order: what a crash
 * leaves, the erasure does.
 */
export async function eraseUser ({ users, erasures, clock }: ErasurePorts, { userId, email, formerEmails }: User, further: readonly string[] = []): Promise<void> {
  const now = clock()
  await requestErasure(erasures, newErasure(userId, [...formerEmails, email, ...further], now))
  await updateUser(users, userId, (user) => tombstone(user, now))
}

/** Stores an erasure. One of the same id that waits for a later pass begins again. */
export async function requestErasure (erasures: ErasureStore, erasure: Erasure): Promise<void> {
  const { inserted, stored } = await erasures.insert(erasure)
  if (!inserted) await erasures.replace(restarted(stored, erasure))
}

export interface ErasePersonCommand {
  readonly caller: Caller
  readonly userId: string
  /** An address of the person that this service need not know; null: none is given. */
  readonly email: string | null
}

/**
 * What an administrator has deleted: the account where there is one, and what is stored of the person. Where another service knows the
 * users, it deletes the account, and any id is taken here. A person who was deleted before is cleared once more.
 *
 * @throws not_found, own_account
 */
export function makeErasePerson ({ knowsUsers, users, erasures, clock }: ErasurePorts & { /** Whether this service knows its users itself. */ readonly knowsUsers: boolean }) {
  return async function erasePerson ({ caller, userId, email }: ErasePersonCommand): Promise<void> {
    if (caller.userId === userId) throw new DomainError('own_account', 'delete your own account by DELETE /api/users/me')
    const given = email === null ? [] : [foldEmail(email)]
    const user = await users.find(userId)
    if (user !== null && user.status !== 'deleted') return await eraseUser({ users, erasures, clock }, user, given)
    if (user === null && knowsUsers) throw new DomainError('not_found', 'there is no such user')
    await requestErasure(erasures, newErasure(userId, given, clock()))
  }
}
