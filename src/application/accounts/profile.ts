import { DomainError } from '#domain/errors.js'
import { tombstone, type User } from '#domain/accounts/user.js'
import type { Clock } from '../ports/system.js'
import type { UserAudit, UserChange, UserStore } from '../ports/account-stores.js'

export type ProfileFields = Partial<Pick<User, 'name' | 'locale' | 'phone'>>

interface ProfilePorts {
  readonly users: UserStore
  readonly clock: Clock
}

/** @throws not_found */
export function makeGetUser ({ users }: Pick<ProfilePorts, 'users'>) {
  return async function getUser (userId: string): Promise<User> {
    return requireUser(await users.find(userId))
  }
}

/**
 * Deletes the personal data of a user and frees the address. Messages and payments stay, under the id of a deleted user.
 *
 * @throws not_found
 */
export function makeDeleteAccount ({ users, clock }: ProfilePorts) {
  return async function deleteAccount (userId: string): Promise<void> {
    await updateUser(users, userId, (user) => tombstone(user, clock()))
  }
}

/** Changes the user of an id. @throws not_found also for a deleted user, and when the address now belongs to another user */
export async function updateUser (users: UserStore, userId: string, change: UserChange, audit?: UserAudit): Promise<User> {
  const { email } = requireUser(await users.find(userId))
  return await users.update(email, (user) => change(requireUser(user.userId === userId ? user : null)), audit)
}

/** @throws not_found also for a deleted user */
function requireUser (user: User | null): User {
  if (user === null || user.status === 'deleted') throw new DomainError('not_found', 'there is no such user')
  return user
}
