import { isDue, OPERATORS, suppressed, type Notification } from '#domain/notifications/notification.js'
import { wantedChannels } from '#domain/notifications/notification-preferences.js'
import type { Payment } from '#domain/payments/payment.js'
import type { NotificationSenders } from '../ports/notification-channels.js'
import type { ProjectionWrite } from '../ports/outbox-store.js'
import type { IsSmsCountry } from '../ports/phone-codes.js'
import type { Clock } from '../ports/system.js'
import type { Planned } from '../outbox/plan.js'
import { makeRecipients, type RecipientPorts } from './recipient.js'

/** Called with what is planned, and the payments that are known, by id. It never throws. */
export type Foresee = (planned: readonly Planned[], payments: ReadonlyMap<string, Payment>) => Promise<readonly Planned[]>

export interface ForeseePorts extends RecipientPorts {
  readonly notificationSenders: NotificationSenders
  readonly isSmsCountry: IsSmsCountry
  readonly clock: Clock
}

/**
 * For a dispatcher: a notification that can reach no one now is written as suppressed, in the step that ends its event, so that no delivery
 * looks at it. One to the operators, which no person can list, is not written. What cannot be said yet is left to the delivery: of a
 * notification that is due later, of an address that only an unread payment may have, and where a read fails.
 */
export function makeForesee (ports: ForeseePorts): Foresee {
  const { notificationSenders: senders, isSmsCountry, clock } = ports
  const { findPerson, recipientOf } = makeRecipients(ports)

  return async function foresee (planned, payments) {
    return await Promise.all(planned.map(async ({ event, writes }) => {
      const foreseen = await Promise.all(writes.map(async (write) => await foreseenOf(write, payments)))
      return { event, writes: foreseen.filter((write) => write !== null) }
    }))
  }

  async function foreseenOf (write: ProjectionWrite, payments: ReadonlyMap<string, Payment>): Promise<ProjectionWrite | null> {
    if (write.kind !== 'notification' || !isDue(write.notification, clock())) return write
    const { notification } = write
    const reason = await obstacleOf(notification, payments.get(notification.subjectId)).catch(() => null)
    if (reason === null) return write
    return notification.userId === OPERATORS ? null : { ...write, notification: suppressed(notification, reason) }
  }

  /** Why the notification reaches no one, in the words of the delivery; null where it may. */
  async function obstacleOf (notification: Notification, payment: Payment | undefined): Promise<string | null> {
    const recipient = recipientOf(notification, payment ?? null, await findPerson(notification))
    if (typeof recipient === 'string') return recipient
    const wanted = wantedChannels(recipient.preferences, notification.kind)
    if (wanted.length === 0) return 'not wanted'
    const { email, sms } = recipient.addresses
    const mayMail = senders.email !== null && (email !== null || (payment === undefined && notification.userId !== OPERATORS))
    const mayText = senders.sms !== null && sms !== null && isSmsCountry(sms)
    return wanted.some((channel) => channel === 'email' ? mayMail : mayText) ? null : 'no address, or no channel to it'
  }
}
