import type { Notification } from '#domain/notifications/notification.js'
import type { Timestamp } from '#domain/time.js'

/** The figures of payments of one currency that were created on one day: how much is to be added to each. */
export interface StatsWrite {
  readonly kind: 'stats'
  /** YYYY-MM-DD, in UTC. */
  readonly day: string
  readonly currency: string
  /** By the name of the figure; minor units or counts, negative to take away. */
  readonly add: Readonly<Record<string, number>>
}

/** A term under which an order is found. Writing it again changes nothing. */
export interface TermWrite {
  readonly kind: 'term'
  readonly term: string
  readonly paymentId: string
  readonly userId: string
  readonly createdAt: Timestamp
}

/** A notification that is to be sent. One that is there already, be it sent or not, stays as it is. */
export interface NotificationWrite {
  readonly kind: 'notification'
  readonly notification: Notification
}

/** A change of a read model of ours: put down in one step with the end of the events that led to it. */
export type ProjectionWrite = StatsWrite | TermWrite | NotificationWrite
