import { DomainError } from '#domain/errors.js'
import { foldEmail } from '#domain/fold.js'
import type { Attempts } from '#domain/accounts/attempt.js'
import type { Notification } from '#domain/notifications/notification.js'
import { spent, taken, type Quota } from '#domain/notifications/quota.js'
import { DAY_MS, dayAfter, dayOf, laterBy, startOfDay } from '#domain/time.js'
import type { AttemptStore } from '../ports/account-stores.js'
import type { Clock, Identity } from '../ports/system.js'

/** Mails a day (UTC) to one address that only a buyer has given. */
export const BUYERS_MAILS_A_DAY = 20
/** Longer than the refunds and disputes of a payment take. */
const PAYMENT_MEMORY_MS = 400 * DAY_MS

/** Segments of SMS a day (UTC): of one account, to one number, and to the ten thousand numbers that begin as it does. */
export const SMS_A_DAY = { account: 30, number: 30, prefix: 200 } as const

/** Codes a day that confirm a number. */
export const CODES_A_DAY = { account: 5, number: 5, prefix: 50 } as const

export interface QuotaPorts {
  readonly attempts: AttemptStore
  readonly identity: Identity
  readonly clock: Clock
}

/** What goes out to people who have not asked for it, or at the cost of the operator, is counted before it is sent. */
export function makeQuotas ({ attempts, identity, clock }: QuotaPorts) {
  async function count (key: readonly string[], units: number, quota: Quota): Promise<void> {
    await attempts.update(identity.derived('try', key), (before) => spent(before, units, quota, clock()))
  }

  async function countToday (key: readonly string[], units: number, max: number): Promise<void> {
    const day = dayOf(clock())
    await count([...key, day], units, { max, until: startOfDay(dayAfter(day)) })
  }

  /** The narrowest key first, so that a caller who has used up their own does not use up that of others. */
  async function countPhone (use: string, userId: string, phone: string, units: number, max: Readonly<Record<'account' | 'number' | 'prefix', number>>): Promise<void> {
    await countToday([use, 'account', userId], units, max.account)
    await countToday([use, 'number', phone], units, max.number)
    await countToday([use, 'prefix', phone.slice(0, -4)], units, max.prefix)
  }

  return {
    /**
     * Counts a mail about a payment to the address of its buyer, once for all tries to send it. False: another one of the kind has gone
     * out, or too many to the address today. A crash counts it twice at most.
     */
    buyersMail: async ({ notificationId, subjectId: paymentId, kind }: Notification, address: string): Promise<boolean> => await isWithin(async () => {
      const key = identity.derived('try', ['buyer', paymentId, kind])
      const take = (before: Attempts | null): Attempts => taken(before, notificationId, laterBy(clock(), PAYMENT_MEMORY_MS), clock())
      const before = await attempts.find(key)
      if (take(before) === before) return
      await countToday(['buyer', mailboxOf(address)], 1, BUYERS_MAILS_A_DAY)
      await attempts.update(key, take)
    }),

    /** Counts a try to send an SMS. False: too many today. */
    sms: async (userId: string, phone: string, segments: number): Promise<boolean> =>
      await isWithin(async () => { await countPhone('sms', userId, phone, segments, SMS_A_DAY) }),

    /** Counts a code. @throws too_many_attempts */
    code: async (userId: string, phone: string): Promise<void> => { await countPhone('code', userId, phone, 1, CODES_A_DAY) },
  }
}

/** The mailbox of an address, without the tag by which one mailbox has many. */
function mailboxOf (address: string): string {
  return foldEmail(address).replace(/\+[^@]*(?=@)/, '')
}

async function isWithin (counting: () => Promise<void>): Promise<boolean> {
  try {
    await counting()
    return true
  } catch (error) {
    if (error instanceof DomainError && error.code === 'too_many_attempts') return false
    throw error
  }
}
