import type { NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { NotificationPreferenceStore } from '#application/ports/notification-preference-store.js'
import { Table } from '../engine/table.js'

export class MemoryNotificationPreferenceStore implements NotificationPreferenceStore {
  readonly #rows = new Table<NotificationPreferences>()

  async find (userId: string): Promise<NotificationPreferences | null> {
    return this.#rows.get(userId) ?? null
  }

  async update (userId: string, change: (before: NotificationPreferences | null) => NotificationPreferences): Promise<NotificationPreferences> {
    return this.#rows.put(userId, change(this.#rows.get(userId) ?? null)).stored
  }
}
