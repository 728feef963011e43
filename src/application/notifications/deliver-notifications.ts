import { attempted, CHANNELS, heldUntil, isAccountKind, OPERATORS, suppressed, type Channel, type Notification, type SendOutcome } from '../../domain/notification.js'
import { wantedChannels } from '../../domain/notification-preferences.js'
import { quietUntil } from '../../domain/quiet-hours.js'
import type { Lateness } from '../../domain/retry-delay.js'
import { laterBy } from '../../domain/time.js'
import type { Clock } from '../ports/clock.js'
import type { NotificationContent, NotificationRenderer } from '../ports/notification-renderer.js'
import type { NotificationSenders } from '../ports/notification-sender.js'
import { makeContentOf, type ContentPorts } from './content.js'
import { makeFindRecipient, type Recipient, type RecipientPorts } from './recipient.js'
import { makeFindSubject, type SubjectPorts } from './subject.js'

/** Notifications that are sent side by side. */
export const DELIVERY_BATCH = 10
/** Longer than all channels of one notification may take together. */
export const DELIVERY_LEASE_MS = 120_000

/** Told how each notification that was looked at stands now. */
export type NotificationObserver = (notification: Notification) => void

export interface DeliveryPorts extends RecipientPorts, SubjectPorts, ContentPorts {
  readonly notificationSenders: NotificationSenders
  readonly notificationRenderer: NotificationRenderer
  readonly notificationObserver: NotificationObserver
  /** By chance, from 0 to 1. */
  readonly lateness: () => Lateness
  readonly clock: Clock
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
    const deliveries = due.map(deliver)
    // Where one fails, the others still come to their end.
    await Promise.allSettled(deliveries)
    await Promise.all(deliveries)
    return due.length === DELIVERY_BATCH
  }

  async function deliver (notification: Notification): Promise<void> {
    const held = heldUntil(notification, laterBy(clock(), DELIVERY_LEASE_MS))
    if (!await notifications.replace(held)) return
    const concluded = await conclude(held)
    if (await notifications.replace(concluded)) observe(concluded)
  }

  async function conclude (held: Notification): Promise<Notification> {
    const subject = await findSubject(held, clock())
    if (typeof subject === 'string') return suppressed(held, subject)
    const recipient = await findRecipient(held, subject.payment)
    const wanted = wantedChannels(recipient.preferences, held.kind)
    if (wanted.length === 0) return suppressed(held, 'not wanted')
    const channels = wanted.filter((channel) => held.deliveries[channel] === undefined && isReachable(recipient, channel))
    if (channels.length === 0) return suppressed(held, 'no address, or no channel to it')
    const quiet = quietEnd(held, recipient)
    if (quiet !== null) return heldUntil(held, quiet)
    const content = await contentOf(held, subject, recipient)
    const outcomes = await Promise.all(channels.map(async (channel) => [channel, await send(channel, held, recipient, content)] as const))
    return attempted(held, new Map(outcomes), clock(), lateness())
  }

  function isReachable ({ addresses }: Recipient, channel: Channel): boolean {
    return addresses[channel] !== null && senders[channel] !== null
  }

  function quietEnd ({ kind, userId }: Notification, { preferences: { quietHours, timeZone } }: Recipient) {
    const isUrgent = isAccountKind(kind) || userId === OPERATORS
    return isUrgent || quietHours === null ? null : quietUntil(clock(), quietHours, timeZone)
  }

  async function send (channel: Channel, { notificationId }: Notification, { addresses, locale }: Recipient, content: NotificationContent): Promise<SendOutcome> {
    const to = addresses[channel] ?? ''
    try {
      if (channel === 'sms') return await senders.sms?.({ notificationId, to, text: renderer.sms(content) }) ?? UNREACHABLE
      return await senders.email?.({ notificationId, to, locale, unsubscribeUrl: content.unsubscribeUrl, ...renderer.mail(content) }) ?? UNREACHABLE
    } catch {
      // What it says may hold an address or a text.
      return { kind: 'permanent', reason: 'can not be put into words' }
    }
  }
}
