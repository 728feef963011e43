import type { NotificationPreferences } from '#domain/notifications/notification-preferences.js'

/** What people have said about how they want to be told. Every method may throw `store_unavailable`. */
export interface NotificationPreferenceStore {
  /** Null where somebody has said nothing. */
  find: (userId: string) => Promise<NotificationPreferences | null>

  /**
   * Stores what `change` makes of the preferences as they stand; null where there are none. It is pure, because it runs again where
   * another change came between: none is lost.
   */
  update: (userId: string, change: (before: NotificationPreferences | null) => NotificationPreferences) => Promise<NotificationPreferences>
}
