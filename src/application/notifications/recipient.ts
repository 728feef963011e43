import { OPERATORS, type Channel, type Notification } from '#domain/notifications/notification.js'
import { defaultPreferences, type NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { Payment } from '#domain/payments/payment.js'
import { LOCALES, type Locale, type User } from '#domain/accounts/user.js'
import type { NotificationPreferenceStore } from '../ports/notification-preference-store.js'
import type { UserStore } from '../ports/user-store.js'

/** What holds for whoever has said nothing, and where the operators want to be told. */
export interface NotificationDefaults {
  readonly locale: Locale
  readonly timeZone: string
  /** Null: nobody is told of what concerns the operators. */
  readonly operationsEmail: string | null
}

/** Who is told, and where he is found. */
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

/** Looks up who is meant. Somebody without an account is found by the e-mail that came with his payment. */
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

/** An address that nobody has confirmed may be somebody else's: it gets nothing but what confirms it. */
function emailOf (user: User | null): string | null {
  return user?.emailVerified === true ? user.email : null
}
