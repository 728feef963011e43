import type { Notification } from '#domain/notifications/notification.js'
import type { Timestamp } from '#domain/time.js'

/** What to add to the figures of the payments in one currency that were created on one day. */
export interface StatsWrite {
  readonly kind: 'stats'
  /** YYYY-MM-DD, in UTC. */
  readonly day: string
  readonly currency: string
  /** By figure: counts or minor units, negative to subtract. */
  readonly add: Readonly<Record<string, number>>
}

/** A search term of an order. Writing it again changes nothing. */
export interface TermWrite {
  readonly kind: 'term'
  readonly term: string
  readonly paymentId: string
  readonly userId: string
  readonly createdAt: Timestamp
}

/** A new notification. If its id is taken, the stored one stays as it is. */
export interface NotificationWrite {
  readonly kind: 'notification'
  readonly notification: Notification
}

/** A write to a read model, in one step with the end of the events that lead to it. */
export type ProjectionWrite = StatsWrite | TermWrite | NotificationWrite
