import type { Notification } from '#domain/notifications/notification.js'
import type { Timestamp } from '#domain/time.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'
import type { NotificationPreferences } from '#domain/notifications/notification-preferences.js'

/** Waiting notifications lie in this many queues, so that many can be written at once. */
export const NOTIFICATION_QUEUES = 4

/**
 * Notifications. The outbox writes those of events, in one step with the end of the event.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface NotificationStore {
  /** Stores a notification, unless its id is taken. */
  insert: (notification: Notification) => Promise<Insertion<Notification>>

  find: (notificationId: string) => Promise<Notification | null>

  /**
   * Stores the next version if the stored one is the version before it: of concurrent replacements of one version, one returns
   * true. False means that nothing was written, or that an earlier call with the same version was, whose answer was lost.
   */
  replace: (next: Notification) => Promise<boolean>

  /** As `replace` for each of at most 100 different notifications, in as few requests as the store can. One that is not written stops no other. */
  replaceAll: (nexts: readonly Notification[]) => Promise<readonly boolean[]>

  /** The due notifications of a queue, longest due first. */
  due: (queue: number, now: Timestamp, limit: number) => Promise<readonly Notification[]>

  /** The notifications of a user, newest first. */
  listOfUser: (userId: string, page: PageRequest) => Promise<Page<Notification>>

  /** Dead notifications, newest first. */
  listDead: (page: PageRequest) => Promise<Page<Notification>>

  /** The number of dead notifications, up to `max`. */
  countDead: (max: number) => Promise<number>
}

/** @throws store_unavailable, store_busy from every method; see `Stores` */
export interface NotificationPreferenceStore {
  /** Null for a user without preferences. */
  find: (userId: string) => Promise<NotificationPreferences | null>

  /**
   * Applies `change` to the stored preferences, null if there are none, and stores the result. `change` is pure, because the
   * store runs it again when another change came first.
   */
  update: (userId: string, change: (before: NotificationPreferences | null) => NotificationPreferences) => Promise<NotificationPreferences>
}
