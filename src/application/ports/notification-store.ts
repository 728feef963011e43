import type { Notification } from '#domain/notifications/notification.js'
import type { Timestamp } from '#domain/time.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'

/** What waits lies in as many queues, so that many are written at once. */
export const NOTIFICATION_QUEUES = 4

/**
 * Notifications: those of events are written by the outbox, in one step with the end of their event, others by `insert`.
 * Every method may throw `store_unavailable`: whether a write took place is then unknown, and the same call may be made again.
 */
export interface NotificationStore {
  /** Stores a notification unless its id is taken: then nothing changes. */
  insert: (notification: Notification) => Promise<Insertion<Notification>>

  find: (notificationId: string) => Promise<Notification | null>

  /**
   * Puts the next version in the place of the one before it, and only of that: of several who have read one version, one gets true.
   * False changes nothing, unless it comes of a repeat whose first answer was lost: then nobody holds what was put down.
   */
  replace: (next: Notification) => Promise<boolean>

  /** Those of a queue that are due, as they stand now, those that are due longest first. One that has just been written may be missing. */
  due: (queue: number, now: Timestamp, limit: number) => Promise<readonly Notification[]>

  /** All of a user, newest first. */
  listOfUser: (userId: string, page: PageRequest) => Promise<Page<Notification>>

  /** Those that could not be sent and wait for a person, newest first. */
  listDead: (page: PageRequest) => Promise<Page<Notification>>
}
