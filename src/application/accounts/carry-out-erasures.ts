import { advancedErasure, heldErasure, type Erasure, type ErasurePass, type ErasureStep } from '#domain/accounts/erasure.js'
import { tombstone } from '#domain/accounts/user.js'
import { suppressed, type Notification } from '#domain/notifications/notification.js'
import { billingOf, withoutPayer } from '#domain/payments/billing.js'
import { isChargeOpen } from '#domain/payments/follow-up.js'
import { orderTerms } from '#domain/payments/order-search.js'
import type { Payment } from '#domain/payments/payment.js'
import { withoutAddress } from '#domain/streamers/streamer.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { Stores } from '../ports/stores.js'
import type { Clock, Identity } from '../ports/system.js'
import { streamerIdOf } from '../streamers/read-streamers.js'
import { updateUser } from './profile.js'

export interface CarryOutErasuresPorts extends Pick<Stores, 'erasures' | 'users' | 'sessions' | 'payments' | 'billing' | 'orderIndex' | 'notifications' | 'notificationPreferences' | 'streamers'> {
  readonly clock: Clock
  readonly identity: Identity
  /** How long invoices need the payer's name and address; 0 keeps nothing. */
  readonly retainBillingYears: number
}

/** Erasures of one run, each by one piece. */
const BATCH = 10
/** Rows of one piece. */
const PAGE = 50

/**
 * One piece of each erasure that is due. Returns whether more may be due. Every step does nothing where it was done before, so that a
 * crash or another process costs a repeat and no more.
 */
export function makeCarryOutErasures (ports: CarryOutErasuresPorts) {
  const { erasures, users, sessions, payments, billing, orderIndex, notifications, notificationPreferences, streamers, clock, identity, retainBillingYears } = ports

  /** Each clears a page, and answers where the next begins. */
  const STEPS: Readonly<Record<ErasureStep, (erasure: Erasure, page: PageRequest) => Promise<string | null>>> = {
    account: async ({ userId }) => {
      const user = await users.find(userId)
      if (user !== null && user.status !== 'deleted') await updateUser(users, userId, (current) => tombstone(current, clock()))
      return null
    },
    sessions: async ({ userId }, page) => await eachOf(await sessions.listOfUser(userId, page), async ({ sessionId }) => { await sessions.remove(sessionId) }),
    payments: async ({ userId, pass }, page) => await clearPayments(userId, pass, page),
    purchases: async (erasure, page) => {
      const streamerId = await formerStreamerId(erasure)
      return streamerId === null ? null : await clearPayments(streamerId, erasure.pass, page)
    },
    preferences: async ({ userId }) => {
      const preferences = await notificationPreferences.find(userId)
      if (preferences !== null && preferences.contact !== null) await notificationPreferences.update(userId, (before) => ({ ...preferences, ...before, contact: null }))
      return null
    },
    notifications: async ({ userId }, page) => await eachOf(await notifications.listOfUser(userId, page), clearNotification),
    streamers: async (erasure) => {
      for (const streamerId of [erasure.userId, await formerStreamerId(erasure)]) {
        const streamer = streamerId === null ? null : await streamers.find(streamerId)
        if (streamer !== null && streamer.email !== '') await streamers.replace(withoutAddress(streamer, clock()))
      }
      return null
    },
  }

  return async function carryOutErasures (): Promise<boolean> {
    const due = await erasures.due(clock(), BATCH)
    for (const erasure of due) await advance(erasure)
    return due.length > 0
  }

  async function advance (erasure: Erasure): Promise<void> {
    const held = heldErasure(erasure, clock())
    if (!await erasures.replace(held)) return
    const cursor = await STEPS[held.step](held, { before: held.cursor, limit: PAGE })
    const next = advancedErasure(held, cursor, clock())
    await (next === null ? erasures.remove(held) : erasures.replace(next))
  }

  /** The streamer of the address that the person had; null where it is not known, or has an account again, whose person it is then. */
  async function formerStreamerId ({ email }: Erasure): Promise<string | null> {
    return email === null || await users.findByEmail(email) !== null ? null : streamerIdOf(email, identity)
  }

  async function clearPayments (userId: string, pass: ErasurePass, page: PageRequest): Promise<string | null> {
    return await eachOf(await payments.listOfUser(userId, null, page), async (payment) => {
      // The provider may have to be asked again as it was asked first.
      if (pass === 2 || !isChargeOpen(payment)) await clearPayment(payment)
    })
  }

  async function clearPayment (payment: Payment): Promise<void> {
    const { paymentId, userId, createdAt } = payment
    const cleared = withoutPayer(payment, clock()).payment
    if (cleared === payment) return
    const record = billingOf(payment, retainBillingYears, clock())
    if (record !== null) await billing.keep(record)
    const left = orderTerms(cleared)
    const terms = orderTerms(payment).filter((term) => !left.includes(term)).map((term) => ({ kind: 'term', term, paymentId, userId, createdAt } as const))
    // Before: after a crash the payment no longer says which. Afterwards too: the order may have been indexed meanwhile.
    await orderIndex.forget(terms)
    await payments.update(paymentId, (current) => withoutPayer(current, clock()), { isStoreOnly: true, known: payment })
    await orderIndex.forget(terms)
  }

  async function clearNotification (notification: Notification): Promise<void> {
    if (notification.state === 'waiting' || notification.sealed !== null) await notifications.replace(suppressed(notification, 'the account is deleted'))
  }
}

/** @returns where the next page begins */
async function eachOf<T> ({ items, nextKey }: Page<T>, clear: (item: T) => Promise<void>): Promise<string | null> {
  for (const item of items) await clear(item)
  return nextKey
}
