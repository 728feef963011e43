import { DomainError } from '#domain/errors.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import { watchedUsers } from '../accounts/watched-stores.js'
import type { UserStore } from '../ports/account-stores.js'
import type { Clock } from '../ports/system.js'

/** Whether a person can be written to. */
export type IsReachable = (userId: string) => Promise<boolean>

/** How long a person who can be written to is remembered, and so how long messages to one whom another node has suspended may go on. */
const TRUST_MS = 30_000
const REMEMBERED_PEOPLE = 10_000

export interface Receivers {
  readonly isReachable: IsReachable
  /** The users, whose changes this process sees at once: nothing is sent to a person whom it has suspended. */
  readonly watched: UserStore
}

/** For accounts of our own: a person is there, and neither suspended nor deleted. An outage takes everyone to be there. */
export function makeReceivers ({ users, clock }: { readonly users: UserStore, readonly clock: Clock }): Receivers {
  const remembered = new Map<string, { readonly until: Timestamp, readonly answer: Promise<boolean> }>()

  async function isActive (userId: string): Promise<boolean> {
    try {
      return (await users.find(userId))?.status === 'active'
    } catch (error) {
      if (error instanceof DomainError && error.code === 'store_unavailable') return true
      throw error
    }
  }

  /** Remembered while the store is asked: a change that comes meanwhile forgets the answer too. */
  async function isReachable (userId: string): Promise<boolean> {
    const known = remembered.get(userId)
    const now = clock()
    if (known !== undefined && now < known.until) return await known.answer
    if (remembered.size >= REMEMBERED_PEOPLE) remembered.clear()
    const answer = isActive(userId)
    remembered.set(userId, { until: laterBy(now, TRUST_MS), answer })
    let isThere = false
    try {
      isThere = await answer
    } finally {
      if (!isThere) remembered.delete(userId)
    }
    return isThere
  }

  return { isReachable, watched: watchedUsers(users, (userId) => { remembered.delete(userId) }) }
}
