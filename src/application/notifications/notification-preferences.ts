import { DomainError } from '#domain/errors.js'
import type { OptionalKind } from '#domain/notifications/notification.js'
import { defaultPreferences, isTimeZone, without, type NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { NotificationPreferenceStore } from '../ports/notification-preference-store.js'
import type { NotificationDefaults } from './recipient.js'

export interface PreferencePorts {
  readonly notificationPreferences: NotificationPreferenceStore
  readonly notificationDefaults: NotificationDefaults
}

/** What a user has said, or what holds without it. */
export function makeGetNotificationPreferences ({ notificationPreferences, notificationDefaults: { timeZone } }: PreferencePorts) {
  return async function getNotificationPreferences (userId: string): Promise<NotificationPreferences> {
    return await notificationPreferences.find(userId) ?? defaultPreferences(timeZone)
  }
}

/** Puts these preferences in the place of all before. @throws unknown_time_zone */
export function makeSetNotificationPreferences ({ notificationPreferences }: PreferencePorts) {
  return async function setNotificationPreferences (userId: string, preferences: NotificationPreferences): Promise<NotificationPreferences> {
    if (!isTimeZone(preferences.timeZone)) throw new DomainError('unknown_time_zone', 'timeZone is a name of the IANA database, such as Europe/Istanbul')
    return await notificationPreferences.update(userId, () => preferences)
  }
}

/** What a link in a mail ends: the mails of one kind to one user. */
export interface Subscription {
  readonly userId: string
  readonly kind: OptionalKind
}

export interface UnsubscribePorts extends PreferencePorts {
  /** Null for a token that is not ours. */
  readonly readUnsubscribeToken: (token: string) => Subscription | null
}

/** Whom and what a token is about. @throws not_found */
export function makeFindSubscription ({ readUnsubscribeToken }: Pick<UnsubscribePorts, 'readUnsubscribeToken'>) {
  return function findSubscription (token: string): Subscription {
    const subscription = readUnsubscribeToken(token)
    if (subscription === null) throw new DomainError('not_found', 'the link is not complete, or not one of ours')
    return subscription
  }
}

/** Ends mails of one kind, and changes nothing else; may be repeated. @throws not_found */
export function makeUnsubscribe (ports: UnsubscribePorts) {
  const { notificationPreferences, notificationDefaults: { timeZone } } = ports
  const findSubscription = makeFindSubscription(ports)
  return async function unsubscribe (token: string): Promise<Subscription> {
    const { userId, kind } = findSubscription(token)
    await notificationPreferences.update(userId, (before) => without(before ?? defaultPreferences(timeZone), kind, 'email'))
    return { userId, kind }
  }
}
