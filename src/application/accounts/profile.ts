import { DomainError } from '../../domain/errors.js'
import { changedUser, tombstone, type User } from '../../domain/user.js'
import type { Clock } from '../ports/clock.js'
import type { UserStore } from '../ports/user-store.js'

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

/** @throws not_found */
export function makeUpdateProfile ({ users, clock }: ProfilePorts) {
  return async function updateProfile ({ userId, fields }: { userId: string, fields: ProfileFields }): Promise<User> {
    const { email } = requireUser(await users.find(userId))
    return await users.update(email, (user) => changedUser(requireUser(user.userId === userId ? user : null), fields, clock()))
  }
}

/** Forgets a user. His messages and payments stay, under an id that leads to nobody; his address is free again. @throws not_found */
export function makeDeleteAccount ({ users, clock }: ProfilePorts) {
  return async function deleteAccount (userId: string): Promise<void> {
    const { email } = requireUser(await users.find(userId))
    await users.update(email, (user) => tombstone(requireUser(user.userId === userId ? user : null), clock()))
  }
}

/** @throws not_found, also for a deleted user */
export function requireUser (user: User | null): User {
  if (user === null || user.status === 'deleted') throw new DomainError('not_found', 'there is no such user')
  return user
}
