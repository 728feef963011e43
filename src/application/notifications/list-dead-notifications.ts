import type { Notification } from '#domain/notifications/notification.js'
import type { NotificationStore } from '../ports/notification-store.js'
import type { Page, PageRequest } from '../ports/page.js'

/** Notifications that could not be sent and wait for a person, newest first. */
export function makeListDeadNotifications ({ notifications }: { notifications: NotificationStore }) {
  return async function listDeadNotifications (page: PageRequest): Promise<Page<Notification>> {
    return await notifications.listDead(page)
  }
}
