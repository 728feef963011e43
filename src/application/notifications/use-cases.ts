import type { Clock } from '../ports/system.js'
import type { NotificationStore } from '../ports/notification-stores.js'
import { makeListDeadNotifications, makeListNotifications, makeRetryNotification } from './list-notifications.js'
import {
  makeFindSubscription, makeGetNotificationPreferences, makeSetNotificationPreferences, makeUnsubscribe, type UnsubscribePorts,
} from './notification-preferences.js'

interface NotificationPorts extends UnsubscribePorts {
  readonly notifications: NotificationStore
  readonly clock: Clock
}

export type NotificationUseCases = ReturnType<typeof makeNotificationUseCases>

export function makeNotificationUseCases (ports: NotificationPorts) {
  return {
    listNotifications: makeListNotifications(ports),
    getNotificationPreferences: makeGetNotificationPreferences(ports),
    setNotificationPreferences: makeSetNotificationPreferences(ports),
    findSubscription: makeFindSubscription(ports),
    unsubscribe: makeUnsubscribe(ports),
    listDeadNotifications: makeListDeadNotifications(ports),
    retryNotification: makeRetryNotification(ports),
  }
}
