import { DomainError } from '#domain/errors.js'
import { revived, type Notification } from '#domain/notifications/notification.js'
import type { Clock } from '../ports/system.js'
import type { NotificationStore } from '../ports/notification-stores.js'
import type { Page, PageRequest } from '../ports/page.js'

/** The notifications of a user, suppressed ones too, newest first. */
export function makeListNotifications ({ notifications }: { notifications: NotificationStore }) {
  return async function listNotifications ({ userId, ...page }: PageRequest & { readonly userId: string }): Promise<Page<Notification>> {
    return await notifications.listOfUser(userId, page)
  }
}

/** Dead notifications, newest first. */
export function makeListDeadNotifications ({ notifications }: { notifications: NotificationStore }) {
  return async function listDeadNotifications (page: PageRequest): Promise<Page<Notification>> {
    return await notifications.listDead(page)
  }
}

interface RetryPorts {
  readonly notifications: NotificationStore
  readonly clock: Clock
}

/** Retries a dead notification on the channels where it failed, once its cause is dealt with. @throws not_found */
export function makeRetryNotification ({ notifications, clock }: RetryPorts) {
  return async function retryNotification (notificationId: string): Promise<Notification> {
    const dead = await notifications.find(notificationId)
    if (dead?.state === 'dead') {
      const waiting = revived(dead, clock())
      if (await notifications.replace(waiting)) return waiting
    }
    throw new DomainError('not_found', 'there is no such dead notification')
  }
}
