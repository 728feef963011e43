import { DomainError } from '#domain/errors.js'
import { changedUser, type User } from '#domain/accounts/user.js'
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
    return await getUserOf(users, userId)
  }
}

/** @throws not_found */
export async function getUserOf (users: UserStore, userId: string): Promise<User> {
  return requireUser(await users.find(userId))
}

/** Changes the given fields, and keeps the others. @throws not_found */
export function makeUpdateProfile ({ users, clock }: ProfilePorts) {
  return async function updateProfile ({ userId, fields }: { userId: string, fields: ProfileFields }): Promise<User> {
    return await updateUser(users, userId, (user) => changedUser(user, fields, clock()))
  }
}

/** Changes the user of an id. @throws not_found also for a deleted user, and when the address now belongs to another user */
export async function updateUser (users: UserStore, userId: string, change: UserChange, audit?: UserAudit): Promise<User> {
  const { email } = await getUserOf(users, userId)
  return await users.update(email, (user) => change(requireUser(user.userId === userId ? user : null)), audit)
}

/** @throws not_found also for a deleted user */
function requireUser (user: User | null): User {
  if (user === null || user.status === 'deleted') throw new DomainError('not_found', 'there is no such user')
  return user
}
