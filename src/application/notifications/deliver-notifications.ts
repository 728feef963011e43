import { attempted, heldUntil, isKnownKind, suppressed, type Channel, type Lateness, type Notification, type SendOutcome } from '#domain/notifications/notification.js'
import { quietUntil, wantedChannels } from '#domain/notifications/notification-preferences.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { Clock } from '../ports/clock.js'
import type { NotificationContent, NotificationRenderer } from '../ports/notification-renderer.js'
import type { NotificationSenders } from '../ports/notification-sender.js'
import { allSettledOrThrow } from '../turns.js'
import { makeContentOf, makeFindSubject, type ContentPorts, type SubjectPorts } from './content.js'
import { makeFindRecipient, type Recipient, type RecipientPorts } from './recipient.js'

/** Notifications that are sent side by side. */
export const DELIVERY_BATCH = 10
/** Longer than all channels of one notification may take together. */
export const DELIVERY_LEASE_MS = 120_000

/** Told how a notification stands after each look at it. */
export type NotificationObserver = (notification: Notification) => void

export interface DeliveryPorts extends RecipientPorts, SubjectPorts, ContentPorts {
  readonly notificationSenders: NotificationSenders
  readonly notificationRenderer: NotificationRenderer
  readonly notificationObserver: NotificationObserver
  /** By chance, from 0 to 1. */
  readonly lateness: () => Lateness
  readonly clock: Clock
}

/** How a notification gets to its recipient by one channel. */
interface Way {
  readonly channel: Channel
  readonly send: (content: NotificationContent) => Promise<SendOutcome>
}

/**
 * Sends what is due in a queue; true when more may be due. A notification is held by a lease while it is sent: nobody else
 * sends it until that ends. A crash between sending and writing that down sends it again, under the same id.
 */
export function makeDeliverNotifications (ports: DeliveryPorts) {
  const { notifications, notificationSenders: senders, notificationRenderer: renderer, notificationObserver: observe, lateness, clock } = ports
  const findRecipient = makeFindRecipient(ports)
  const findSubject = makeFindSubject(ports)
  const contentOf = makeContentOf(ports)

  return async function deliverNotifications (queue: number): Promise<boolean> {
    const due = await notifications.due(queue, clock(), DELIVERY_BATCH)
    await allSettledOrThrow(due.map(deliver))
    return due.length === DELIVERY_BATCH
  }

  async function deliver (notification: Notification): Promise<void> {
    const held = heldUntil(notification, laterBy(clock(), DELIVERY_LEASE_MS))
    if (!await notifications.replace(held)) return
    // A kind that only another version knows waits for it. The lease keeps it from the head of the queue meanwhile.
    if (!isKnownKind(held.kind)) return
    const concluded = await conclude(held)
    if (await notifications.replace(concluded)) observe(concluded)
  }

  async function conclude (held: Notification): Promise<Notification> {
    const subject = await findSubject(held, clock())
    if (typeof subject === 'string') return suppressed(held, subject)
    const recipient = await findRecipient(held, subject.payment)
    const wanted = wantedChannels(recipient.preferences, held.kind)
    if (wanted.length === 0) return suppressed(held, 'not wanted')
    const ways = wanted.filter((channel) => held.deliveries[channel] === undefined).flatMap((channel) => waysOf(channel, held, recipient))
    if (ways.length === 0) return suppressed(held, 'no address, or no channel to it')
    const quiet = quietEnd(recipient)
    if (quiet !== null) return heldUntil(held, quiet)
    const content = await contentOf(held, subject, recipient)
    const outcomes = await Promise.all(ways.map(async ({ channel, send }) => [channel, await outcomeOf(send(content))] as const))
    return attempted(held, new Map(outcomes), clock(), lateness())
  }

  /** One, or none where we have no such channel or know no address. */
  function waysOf (channel: Channel, { notificationId }: Notification, { addresses, locale }: Recipient): Way[] {
    const { email, sms } = senders
    const to = addresses[channel]
    if (to === null) return []
    if (channel === 'sms') return sms === null ? [] : [{ channel, send: async (content) => await sms({ notificationId, to, text: renderer.sms(content) }) }]
    return email === null ? [] : [{ channel, send: async (content) => await email({ notificationId, to, locale, unsubscribeUrl: content.unsubscribeUrl, ...renderer.mail(content) }) }]
  }

  /** What keeps an account safe goes to an address, which has none, as operators have none. */
  function quietEnd ({ preferences: { quietHours, timeZone } }: Recipient): Timestamp | null {
    return quietHours === null ? null : quietUntil(clock(), quietHours, timeZone)
  }
}

/** Senders never throw: what does is the text. The error is not told, because it may repeat an address. */
async function outcomeOf (sending: Promise<SendOutcome>): Promise<SendOutcome> {
  return await sending.catch(() => ({ kind: 'permanent', reason: 'can not be put into words' }))
}
