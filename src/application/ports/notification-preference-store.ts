import type { NotificationPreferences } from '#domain/notifications/notification-preferences.js'

/** @throws store_unavailable, store_busy from every method; see `Stores` */
export interface NotificationPreferenceStore {
  /** Null for a user without preferences. */
  find: (userId: string) => Promise<NotificationPreferences | null>

  /**
   * Applies `change` to the stored preferences, null if there are none, and stores the result. `change` is pure, because the store runs
   * it again when another change came first.
   */
  update: (userId: string, change: (before: NotificationPreferences | null) => NotificationPreferences) => Promise<NotificationPreferences>
}
