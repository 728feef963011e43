import { OPERATORS, type Channel, type Notification } from '#domain/notifications/notification.js'
import { defaultPreferences, type NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { Payment } from '#domain/payments/payment.js'
import { LOCALES, type Locale, type User } from '#domain/accounts/user.js'
import type { NotificationPreferenceStore } from '../ports/notification-stores.js'
import type { UserStore } from '../ports/account-stores.js'

/** Defaults for users without preferences, and the address of the operators. */
export interface NotificationDefaults {
  readonly locale: Locale
  readonly timeZone: string
  /** Null suppresses notifications to the operators. */
  readonly operationsEmail: string | null
}

/** The recipient of a notification, with their addresses and preferences. */
export interface Recipient {
  readonly name: string | null
  readonly addresses: Readonly<Record<Channel, string | null>>
  readonly locale: Locale
  readonly preferences: NotificationPreferences
}

export interface RecipientPorts {
  readonly users: UserStore
  readonly notificationPreferences: NotificationPreferenceStore
  readonly notificationDefaults: NotificationDefaults
}

/** Finds the recipient of a notification. A payer without an account is reached by the e-mail address of their payment. */
export function makeFindRecipient ({ users, notificationPreferences, notificationDefaults }: RecipientPorts) {
  const { locale, timeZone, operationsEmail } = notificationDefaults
  const ordinary = defaultPreferences(timeZone)

  return async function findRecipient ({ userId, sealed }: Notification, payment: Payment | null): Promise<Recipient> {
    if (sealed !== null) return { name: null, addresses: { email: sealed.to, sms: null }, locale: known(sealed.locale), preferences: ordinary }
    if (userId === OPERATORS) return { name: null, addresses: { email: operationsEmail, sms: null }, locale, preferences: ordinary }
    const [user, preferences = ordinary] = await Promise.all([users.find(userId), notificationPreferences.find(userId).then((found) => found ?? undefined)])
    const buyerEmail = payment?.userId === userId ? payment.buyerEmail : null
    return {
      name: user?.name ?? null,
      addresses: { email: emailOf(user) ?? buyerEmail, sms: user?.phone ?? null },
      locale: known(preferences.locale, user?.locale),
      preferences,
    }
  }

  /** The first locale for which this version has texts. Another version may have stored others. */
  function known (...wanted: ReadonlyArray<Locale | null | undefined>): Locale {
    return wanted.find((one) => one != null && LOCALES.includes(one)) ?? locale
  }
}

/** An unconfirmed address may belong to another person: it gets no mail but the one that confirms it. */
function emailOf (user: User | null): string | null {
  return user?.emailVerified === true ? user.email : null
}
