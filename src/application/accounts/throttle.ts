import {
  ACCOUNT_LIMIT, ADDRESS_LIMIT, attempted, counted, forgiven, KNOWN_ADDRESS_DAYS, MAILBOX_LIMIT, MAILBOX_LIMIT_OF_NETWORK, refusalOf, SENDER_LIMIT, type AttemptLimit,
} from '#domain/accounts/attempt.js'
import { networkOf } from '#domain/network.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import type { AttemptStore } from '../ports/account-stores.js'
import type { Clock, Identity } from '../ports/system.js'

export interface ThrottlePorts {
  readonly attempts: AttemptStore
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Counts attempts, for accounts that exist and accounts that do not in the same way. Attempts of strangers lock out only
 * strangers: a network address from which the owner has signed in has a count of its own.
 */
export function makeThrottle ({ attempts, identity, clock }: ThrottlePorts) {
  const keyOf = (...parts: string[]): string => identity.derived('try', parts)

  async function count (key: string, limit: AttemptLimit): Promise<void> {
    await attempts.update(key, (before) => attempted(before, limit, clock()))
  }

  /** False where no attempt is free, which is not counted. */
  async function countIfFree (key: string, limit: AttemptLimit): Promise<boolean> {
    let isFree = true
    await attempts.update(key, (before) => {
      isFree = refusalOf(before, clock()) === null
      return isFree ? counted(before, limit, clock()) : before
    })
    return isFree
  }

  async function isKnown (knownKey: string): Promise<boolean> {
    const known = await attempts.find(knownKey)
    return known !== null && clock() < known.expiresAt
  }

  return {
    /** Counts an attempt to sign in. @throws too_many_attempts */
    async signIn (email: string, ip: string) {
      const network = networkOf(ip)
      const knownKey = keyOf('known', email, network)
      const accountKey = await isKnown(knownKey) ? keyOf('owner', email, network) : keyOf('account', email)
      const addressKey = keyOf('address', network)
      await count(addressKey, ADDRESS_LIMIT)
      await count(accountKey, ACCOUNT_LIMIT)
      return {
        /** To be called when the password was right and a code is still missing: the account's count stays. */
        passwordWasRight: async () => { await attempts.update(addressKey, forgiven) },
        /** To be called when the password was right. */
        succeeded: async () => {
          await attempts.update(knownKey, (before) => ({ count: 1, blockedUntil: null, expiresAt: laterBy(clock(), KNOWN_ADDRESS_DAYS * DAY_MS), version: (before?.version ?? 0) + 1 }))
          await attempts.update(accountKey, () => null)
          await attempts.update(addressKey, forgiven)
        },
      }
    },

    /** Counts a code of a second factor, whose count a right one alone clears. @throws too_many_attempts */
    async code (email: string, ip: string) {
      const network = networkOf(ip)
      const key = await isKnown(keyOf('known', email, network)) ? keyOf('owner-code', email, network) : keyOf('code', email)
      await count(key, ACCOUNT_LIMIT)
      return { succeeded: async () => { await attempts.update(key, () => null) } }
    },

    /** Counts an attempt to enter with a secret that names no account, such as a token. @throws too_many_attempts */
    async entry (ip: string) {
      const addressKey = keyOf('address', networkOf(ip))
      await count(addressKey, ADDRESS_LIMIT)
      return { succeeded: async () => { await attempts.update(addressKey, forgiven) } }
    },

    /**
     * Counts a request that sends a mail to an address that anyone can enter. False: the mailbox has had enough of them, and gets none.
     * What one network asks for ends before what the mailbox gets from all strangers does.
     *
     * @throws too_many_attempts
     */
    async mail (email: string, ip: string): Promise<boolean> {
      const network = networkOf(ip)
      await count(keyOf('sender', network), SENDER_LIMIT)
      if (!await countIfFree(keyOf('mailbox', email, network), MAILBOX_LIMIT_OF_NETWORK)) return false
      return await isKnown(keyOf('known', email, network)) || await countIfFree(keyOf('mailbox', email), MAILBOX_LIMIT)
    },
  }
}

export type Throttle = ReturnType<typeof makeThrottle>
