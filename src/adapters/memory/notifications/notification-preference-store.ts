import { replacedPreferences, type NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { NotificationPreferenceStore } from '#application/ports/notification-stores.js'
import { Table } from '../engine/table.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryNotificationPreferenceStore implements NotificationPreferenceStore {
  readonly #rows = new Table<NotificationPreferences>()

  async find (userId: string): Promise<NotificationPreferences | null> {
    return this.#rows.get(userId) ?? null
  }

  async update (userId: string, change: (before: NotificationPreferences | null) => NotificationPreferences): Promise<NotificationPreferences> {
    const before = this.#rows.get(userId) ?? null
    // A journal may bring back preferences of a version without some of the kinds.
    return this.#rows.put(userId, replacedPreferences(before, change(before))).stored
  }
}
