import { DomainError } from '#domain/errors.js'
import type { OptionalKind } from '#domain/notifications/notification.js'
import { completePreferences, defaultPreferences, isTimeZone, without, type NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { NotificationPreferenceStore } from '../ports/notification-stores.js'
import type { NotificationDefaults } from './recipient.js'

export interface PreferencePorts {
  readonly notificationPreferences: NotificationPreferenceStore
  readonly notificationDefaults: NotificationDefaults
}

/** The preferences of a user, or the defaults. */
export function makeGetNotificationPreferences ({ notificationPreferences, notificationDefaults: { timeZone } }: PreferencePorts) {
  return async function getNotificationPreferences (userId: string): Promise<NotificationPreferences> {
    return await notificationPreferences.find(userId) ?? defaultPreferences(timeZone)
  }
}

/** What replaces preferences. Kinds that it lacks stay as they were, and so does the address of a seller. */
export interface PreferencesDraft extends Omit<NotificationPreferences, 'kinds' | 'senderAddress'> {
  readonly kinds: Partial<NotificationPreferences['kinds']>
}

/** Replaces the preferences of a user. @throws unknown_time_zone */
export function makeSetNotificationPreferences ({ notificationPreferences }: PreferencePorts) {
  return async function setNotificationPreferences (userId: string, preferences: PreferencesDraft): Promise<NotificationPreferences> {
    if (!isTimeZone(preferences.timeZone)) throw new DomainError('unknown_time_zone', 'timeZone is a name of the IANA database, such as Europe/Istanbul')
    return await notificationPreferences.update(userId, (before) =>
      completePreferences({ ...preferences, kinds: { ...before?.kinds, ...preferences.kinds }, senderAddress: before?.senderAddress ?? null }))
  }
}

/** The mails of one kind to one user, which an unsubscribe link ends. */
export interface Subscription {
  readonly userId: string
  readonly kind: OptionalKind
}

export interface UnsubscribePorts extends PreferencePorts {
  /** Null for a token that we did not issue. */
  readonly readUnsubscribeToken: (token: string) => Subscription | null
}

/** The subscription of an unsubscribe token. @throws not_found */
export function makeFindSubscription ({ readUnsubscribeToken }: Pick<UnsubscribePorts, 'readUnsubscribeToken'>) {
  return function findSubscription (token: string): Subscription {
    const subscription = readUnsubscribeToken(token)
    if (subscription === null) throw new DomainError('not_found', 'the link is incomplete, or is not one of this service')
    return subscription
  }
}

/** Ends the mails of one kind. Repeating it changes nothing. @throws not_found */
export function makeUnsubscribe (ports: UnsubscribePorts) {
  const { notificationPreferences, notificationDefaults: { timeZone } } = ports
  const findSubscription = makeFindSubscription(ports)
  return async function unsubscribe (token: string): Promise<Subscription> {
    const { userId, kind } = findSubscription(token)
    await notificationPreferences.update(userId, (before) => without(before ?? defaultPreferences(timeZone), kind, 'email'))
    return { userId, kind }
  }
}
