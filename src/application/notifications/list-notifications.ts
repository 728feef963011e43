import type { Notification } from '#domain/notifications/notification.js'
import type { NotificationStore } from '../ports/notification-store.js'
import type { Page, PageRequest } from '../ports/page.js'

/** Of what a user was told, or would have been, newest first. */
export function makeListNotifications ({ notifications }: { notifications: NotificationStore }) {
  return async function listNotifications ({ userId, ...page }: PageRequest & { readonly userId: string }): Promise<Page<Notification>> {
    return await notifications.listOfUser(userId, page)
  }
}
