import { attempted, heldUntil, isKnownKind, suppressed, type Channel, type Lateness, type Notification, type SendOutcome } from '#domain/notifications/notification.js'
import { quietUntil, wantedChannels } from '#domain/notifications/notification-preferences.js'
import { segmentsOf, type SmsTables } from '#domain/notifications/sms-text.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { NotificationContent, NotificationRenderer, NotificationSenders } from '../ports/notification-channels.js'
import type { IsSmsCountry } from '../ports/phone-codes.js'
import type { NotificationStore } from '../ports/notification-stores.js'
import { allSettledOrThrow, together } from '../turns.js'
import { makeContentOf, makeFindSubject, type ContentPorts, type Facts, type SubjectPorts } from './content.js'
import { makeQuotas, type QuotaPorts } from './quotas.js'
import { makeUnread, type UnreadPorts } from './unread.js'
import { makeRecipients, type Recipient, type RecipientPorts } from './recipient.js'

/** Notifications of one queue that are sent concurrently. */
export const DELIVERY_BATCH = 10
/** Longer than the time-outs of all channels of one notification together. */
export const DELIVERY_LEASE_MS = 120_000

/** Called with each notification after a delivery has stored its new state. */
export type NotificationObserver = (notification: Notification) => void

export interface DeliveryPorts extends RecipientPorts, Omit<SubjectPorts, 'unread'>, UnreadPorts, ContentPorts, QuotaPorts {
  readonly notifications: NotificationStore
  readonly notificationSenders: NotificationSenders
  readonly notificationRenderer: NotificationRenderer
  readonly notificationObserver: NotificationObserver
  /** A random number from 0 to 1. */
  readonly lateness: () => Lateness
  /** The alphabets of the provider of SMS, by which their segments are counted. */
  readonly smsTables: SmsTables
  readonly isSmsCountry: IsSmsCountry
}

/** One channel of a recipient. */
interface Way {
  readonly channel: Channel
  /** Counts a try. False: the limit of the day does not allow it. */
  readonly isAllowed: (content: NotificationContent) => Promise<boolean>
  readonly send: (content: NotificationContent) => Promise<SendOutcome>
}

/** A notification that is to be sent. */
interface Outlook {
  readonly subject: Facts
  readonly recipient: Recipient
  readonly ways: readonly Way[]
}

/** What becomes of a due notification. */
interface Step {
  /** Its next version: that of its lease, or its end, or later. */
  readonly next: Notification
  /** Runs once the next version is stored. */
  readonly goOn: () => Promise<void> | void
}

/**
 * Sends the due notifications of a queue. Returns true when more may be due. All of them are looked at first, and then leased or ended
 * together. A delivery holds a lease, so that each notification is sent by one process at a time. A crash between sending and storing the
 * outcome sends it again, under the same id.
 */
export function makeDeliverNotifications (ports: DeliveryPorts) {
  const { notifications, notificationSenders: senders, notificationRenderer: renderer, notificationObserver: observe, lateness, smsTables, isSmsCountry, clock } = ports
  const { findPerson, recipientOf } = makeRecipients(ports)
  const unread = makeUnread(ports)
  const findSubject = makeFindSubject({ ...ports, unread })
  const contentOf = makeContentOf(ports)
  const quotas = makeQuotas(ports)

  /** Outcomes of this process that come while others are stored are stored together. */
  const store = together<Notification, boolean>(async (nexts) => await notifications.replaceAll(nexts))

  return async function deliverNotifications (queue: number): Promise<boolean> {
    const due = await notifications.due(queue, clock(), DELIVERY_BATCH)
    if (due.length === 0) return false
    const steps = await Promise.all(due.map(stepOf))
    const isStored = await notifications.replaceAll(steps.map(({ next }) => next))
    await allSettledOrThrow(steps.filter((_, index) => isStored[index]).map(async ({ goOn }) => { await goOn() }))
    return due.length === DELIVERY_BATCH
  }

  async function stepOf (notification: Notification): Promise<Step> {
    const held = heldUntil(notification, laterBy(clock(), DELIVERY_LEASE_MS))
    // A kind that only another version knows waits for that version. The lease keeps it from the head of the queue meanwhile.
    if (!isKnownKind(notification.kind)) return { next: held, goOn: () => {} }
    try {
      const outlook = await look(notification)
      if ('next' in outlook) return { ...outlook, goOn: () => { observe(outlook.next) } }
      return {
        next: held,
        goOn: async () => {
          const concluded = await send(held, outlook)
          if (await store(concluded)) observe(concluded)
        },
      }
    } catch (error) {
      // The lease keeps it from the head of the queue.
      return { next: held, goOn: () => { throw error } }
    }
  }

  /** Reads alone: whether and how it is to be sent, or its next version where it is not. */
  async function look (notification: Notification): Promise<Pick<Step, 'next'> | Outlook> {
    const subject = await findSubject(notification, clock())
    if (typeof subject === 'string') return { next: suppressed(notification, subject) }
    const recipient = recipientOf(notification, subject.payment, await findPerson(notification))
    if (typeof recipient === 'string') return { next: suppressed(notification, recipient) }
    const wanted = wantedChannels(recipient.preferences, notification.kind)
    if (wanted.length === 0) return { next: suppressed(notification, 'not wanted') }
    const ways = wanted.filter((channel) => notification.deliveries[channel] === undefined).flatMap((channel) => waysOf(channel, notification, recipient))
    if (ways.length === 0) return { next: suppressed(notification, 'no address, or no channel to it') }
    const quiet = quietEnd(recipient)
    return quiet === null ? { subject, recipient, ways } : { next: heldUntil(notification, quiet) }
  }

  async function send (held: Notification, { subject, recipient, ways }: Outlook): Promise<Notification> {
    if (!await isWelcome(held, recipient)) return suppressed(held, 'the limit of mails to a buyer')
    const told = held.kind === 'message_received' ? await unread.claim(held, clock()) : null
    if (typeof told === 'string') return suppressed(held, told)
    if (told !== null && 'notificationId' in told) return told
    const content = await contentOf(held, { ...subject, unread: told }, recipient)
    const outcomes = new Map<Channel, SendOutcome>()
    await Promise.all(ways.map(async ({ channel, isAllowed, send }) => {
      if (await isAllowed(content)) outcomes.set(channel, await outcomeOf(send(content)))
    }))
    return outcomes.size === 0 && Object.keys(held.deliveries).length === 0 ? suppressed(held, 'the limit of SMS a day') : attempted(held, outcomes, clock(), lateness())
  }

  /** A mail to an address that no one has confirmed is counted, once for all of its tries. */
  async function isWelcome (held: Notification, { isBuyersMail, addresses: { email } }: Recipient): Promise<boolean> {
    return !isBuyersMail || email === null || await quotas.buyersMail(held, email)
  }

  /** One element, or none if the channel is not configured or the recipient has no address on it. */
  function waysOf (channel: Channel, { notificationId, userId, sealed }: Notification, { addresses, locale }: Recipient): Way[] {
    const { email, sms } = senders
    const to = addresses[channel]
    if (to === null) return []
    if (channel === 'sms') {
      return sms === null || !isSmsCountry(to)
        ? []
        : [{
            channel,
            // A code was counted when it was asked for. Each try of any other SMS is counted, because each may cost.
            isAllowed: async (content) => sealed !== null || await quotas.sms(userId, to, costOf(content)),
            send: async (content) => await sms({ notificationId, to, text: renderer.sms(content), segments: costOf(content) }),
          }]
    }
    return email === null
      ? []
      : [{
          channel,
          isAllowed: async () => true,
          send: async (content) => await email({ notificationId, to, locale, unsubscribeUrl: content.unsubscribeUrl, ...renderer.mail(content) }),
        }]
  }

  /** The segments of an SMS; none of one that cannot be rendered. */
  function costOf (content: NotificationContent): number {
    try {
      return segmentsOf(renderer.sms(content), smsTables)
    } catch {
      return 0
    }
  }

  /** Account notifications and operator mail go to a bare address, which has no quiet hours. */
  function quietEnd ({ preferences: { quietHours, timeZone } }: Recipient): Timestamp | null {
    return quietHours === null ? null : quietUntil(clock(), quietHours, timeZone)
  }
}

/** Senders never throw, but rendering may. The error is left out of the reason, because it may contain an address. */
async function outcomeOf (sending: Promise<SendOutcome>): Promise<SendOutcome> {
  return await sending.catch(() => ({ kind: 'permanent', reason: 'the text cannot be rendered' }))
}
