import { advancedErasure, derivedErasure, heldErasure, type Erasure, type ErasurePiece, type ErasureStep } from '#domain/accounts/erasure.js'
import { tombstone } from '#domain/accounts/user.js'
import { foldEmail } from '#domain/fold.js'
import { suppressed, type Notification } from '#domain/notifications/notification.js'
import { billingOf, withoutPayer } from '#domain/payments/billing.js'
import { isChargeOpen } from '#domain/payments/follow-up.js'
import { addressTerms, orderTerms } from '#domain/payments/order-search.js'
import type { FeedPart } from '#domain/rooms/writing.js'
import type { Payment } from '#domain/payments/payment.js'
import { withoutAddress } from '#domain/streamers/streamer.js'
import type { OpenChannel } from '../channels/open-channels.js'
import { clearWriting, writingsIn, type Clearing } from '../feeds/writings.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { FeedStore } from '../ports/room-stores.js'
import type { Stores } from '../ports/stores.js'
import type { Clock, Identity } from '../ports/system.js'
import type { OpenRoom } from '../rooms/open-rooms.js'
import { mailboxIdOf } from '../notifications/notifier.js'
import { streamerIdOf } from '../streamers/read-streamers.js'
import { requestErasure } from './erase-person.js'
import { updateUser } from './profile.js'

/** Called with each row that was not cleared, by the step that it belongs to. */
export type ErasureObserver = (erasure: Erasure, error: unknown) => void

export interface CarryOutErasuresPorts extends Pick<Stores, 'erasures' | 'users' | 'sessions' | 'payments' | 'billing' | 'orderIndex' | 'notifications' | 'notificationPreferences' | 'streamers' | 'feeds' | 'channelFeeds'> {
  readonly clock: Clock
  readonly identity: Identity
  readonly erasureObserver: ErasureObserver
  readonly openRoom: OpenRoom
  readonly openChannel: OpenChannel
  /** How long invoices need the payer's name and address; 0 keeps nothing. */
  readonly retainBillingYears: number
  /** From the request to the second pass: tokens are over by then, payments that were open have ended, and the journals of other nodes are drained. */
  readonly secondPassMs: number
}

/** Erasures of one run, each by one piece. */
const BATCH = 10
/** Rows of one piece. */
const PAGE = 50

/** Whether a row needs no further look. */
type Clear<T> = (item: T) => Promise<boolean>

/**
 * One piece of each erasure that is due. Returns whether more may be due. Every step does nothing where it was done before, so that a
 * crash or another process costs a repeat and no more. A row that cannot be cleared keeps no other from it, and is tried again.
 */
export function makeCarryOutErasures (ports: CarryOutErasuresPorts) {
  const { erasures, users, sessions, payments, billing, orderIndex, notifications, notificationPreferences, streamers, feeds, channelFeeds, openRoom, openChannel, clock, identity, erasureObserver, retainBillingYears, secondPassMs } = ports

  /** Each clears a page, and answers what became of it. */
  const STEPS: Readonly<Record<ErasureStep, (erasure: Erasure, page: PageRequest) => Promise<ErasurePiece>>> = {
    account: async (erasure) => {
      const { userId } = erasure
      const user = await users.find(userId)
      if (user !== null && user.status !== 'deleted') await updateUser(users, userId, (current) => tombstone(current, clock()))
      return ended(erasure)
    },
    addresses: async (erasure) => {
      // Each derived id has a second pass of its own.
      for (const email of erasure.pass === 1 ? erasure.emails : []) {
        for (const derived of [streamerIdOf(email, identity), mailboxIdOf(email, identity)]) await requestErasure(erasures, derivedErasure(erasure, derived, email))
      }
      return ended(erasure)
    },
    sessions: async (erasure, page) => await eachOf(erasure, await sessions.listOfUser(erasure.userId, page), async ({ sessionId }) => {
      await sessions.remove(sessionId)
      return true
    }),
    payments: async (erasure, page) => {
      const found = await payments.listOfUser(erasure.userId, null, page)
      const named = found.items.flatMap(({ buyerEmail, payerEmail }) => [buyerEmail, payerEmail]).filter((address) => address !== null)
      const known = { ...erasure, addresses: [...erasure.addresses, ...named.map(foldEmail)] }
      return await eachOf(known, found, async (payment) => await clearPayment(payment, known))
    },
    preferences: async (erasure) => {
      const { userId } = erasure
      const preferences = await notificationPreferences.find(userId)
      const isNamed = preferences !== null && (preferences.contact !== null || preferences.senderAddress !== null)
      if (isNamed) await notificationPreferences.update(userId, (before) => ({ ...preferences, ...before, contact: null, senderAddress: null }))
      return ended(erasure)
    },
    notifications: async (erasure, page) =>
      await eachOf(erasure, await notifications.listOfUser(erasure.userId, page), async (notification) => await clearNotification(notification, erasure)),
    streamers: async (erasure) => {
      const streamer = await streamers.find(erasure.userId)
      const isCleared = streamer === null || streamer.email === '' || await streamers.replace(withoutAddress(streamer, clock()))
      return { ...ended(erasure), isLeft: !isCleared }
    },
    rooms: async (erasure, page) => await clearFeeds(erasure, page, feeds, { open: openRoom, isOver: () => false }),
    channels: async (erasure, page) => await clearFeeds(erasure, page, channelFeeds, { open: openChannel, isOver: ({ channel }) => channel.isDeleted }),
  }

  return async function carryOutErasures (): Promise<boolean> {
    const due = await erasures.due(clock(), BATCH)
    for (const erasure of due) await advance(erasure)
    return due.length > 0
  }

  async function advance (erasure: Erasure): Promise<void> {
    const held = heldErasure(erasure, clock())
    if (!await erasures.replace(held)) return
    const next = advancedErasure(held, await carryOut(held), clock(), secondPassMs)
    await (next === null ? erasures.remove(held) : erasures.replace(next))
  }

  async function carryOut (erasure: Erasure): Promise<ErasurePiece> {
    const { email, step, cursor: before } = erasure
    try {
      // What is under an address that has an account again belongs to its person.
      const isOfOther = email !== null && await users.findByEmail(email) !== null
      return isOfOther ? ended(erasure) : await STEPS[step](erasure, { before, limit: PAGE })
    } catch (error) {
      erasureObserver(erasure, error)
      return { ...ended(erasure), isLeft: true }
    }
  }

  /** Clears each row of a page, whatever becomes of the others. */
  async function eachOf<T> (erasure: Erasure, { items, nextKey: cursor }: Page<T>, clear: Clear<T>): Promise<ErasurePiece> {
    let isLeft = false
    for (const item of items) {
      const isDone = await clear(item).catch((error: unknown) => {
        erasureObserver(erasure, error)
        return false
      })
      if (!isDone) isLeft = true
    }
    return { ...ended(erasure), cursor, isLeft }
  }

  /** One part of a feed, which may hold a thousand texts. */
  async function clearFeeds<State, Entry, Snapshot> (erasure: Erasure, { before }: PageRequest, feeds: FeedStore<Entry, Snapshot>, clearing: Clearing<State>): Promise<ErasurePiece> {
    const parts = await feeds.listOfAuthor(erasure.userId, { before, limit: 1 })
    return await eachOf(erasure, parts, async (part) => await clearPart(erasure, part, feeds, clearing))
  }

  async function clearPart<State, Entry, Snapshot> (erasure: Erasure, part: FeedPart, feeds: FeedStore<Entry, Snapshot>, clearing: Clearing<State>): Promise<boolean> {
    const { userId } = erasure
    let isDone = true
    for await (const writings of writingsIn(feeds, part, userId)) {
      const texts = writings.filter(({ entry }) => entry.text !== null)
      const { isLeft } = await eachOf(erasure, { items: texts, nextKey: null }, async (writing) => {
        await clearWriting(clearing, writing, userId)
        return true
      })
      if (isLeft) isDone = false
    }
    return isDone
  }

  async function clearPayment (payment: Payment, { pass, addresses }: Erasure): Promise<boolean> {
    // The provider may have to be asked again as it was asked first.
    if (pass === 1 && isChargeOpen(payment)) return true
    const { paymentId, userId, createdAt } = payment
    const cleared = withoutPayer(payment, clock()).payment
    const isCleared = cleared === payment
    if (isCleared && pass === 1) return true
    const record = isCleared ? null : billingOf(payment, retainBillingYears, clock())
    if (record !== null) await billing.keep(record)
    const left = orderTerms(cleared)
    const terms = [...new Set([...orderTerms(payment), ...addressTerms(addresses)])].filter((term) => !left.includes(term))
      .map((term) => ({ kind: 'term', term, paymentId, userId, createdAt } as const))
    await orderIndex.forget(terms)
    if (isCleared) return true
    // Before as well: after a crash the payment no longer says which. A later pass, which finds nothing to clear, forgets them once more: the
    // order may be indexed at this moment, as it was before.
    await payments.update(paymentId, (current) => withoutPayer(current, clock()), { isStoreOnly: true, known: payment })
    await orderIndex.forget(terms)
    return pass === 1
  }

  async function clearNotification (notification: Notification, { email, requestedAt }: Erasure): Promise<boolean> {
    // Who is about to register with the address of the person still gets the link.
    const isOfOther = email !== null && notification.createdAt > requestedAt
    if (isOfOther || (notification.state !== 'waiting' && notification.sealed === null)) return true
    return await notifications.replace(suppressed(notification, 'the account is deleted'))
  }
}

/** A piece that ends its step. */
function ended ({ addresses }: Erasure): ErasurePiece {
  return { cursor: null, addresses, isLeft: false }
}
