import { DomainError } from '#domain/errors.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { UserStore } from '../ports/account-stores.js'
import type { Clock } from '../ports/system.js'

/** Whether a person can be written to. */
export type IsReachable = (userId: string) => Promise<boolean>

/** How long a person who can be written to is remembered, and so how long messages to one who was suspended may go on. */
const TRUST_MS = 30_000
const REMEMBERED_PEOPLE = 10_000

/** For accounts of our own: a person is there, and neither suspended nor deleted. An outage takes everyone to be there. */
export function makeIsReachable ({ users, clock }: { readonly users: Pick<UserStore, 'find'>, readonly clock: Clock }): IsReachable {
  const remembered = new Map<string, Timestamp>()

  async function isActive (userId: string): Promise<boolean> {
    try {
      return (await users.find(userId))?.status === 'active'
    } catch (error) {
      if (error instanceof DomainError && error.code === 'store_unavailable') return true
      throw error
    }
  }

  return async (userId) => {
    const now = clock()
    if (now < (remembered.get(userId) ?? '')) return true
    const isReachable = await isActive(userId)
    if (remembered.size >= REMEMBERED_PEOPLE) remembered.clear()
    if (isReachable) remembered.set(userId, laterBy(now, TRUST_MS))
    return isReachable
  }
}
