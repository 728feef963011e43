import { OPERATORS, type Channel, type Notification, type NotificationKind, type Sealed } from '#domain/notifications/notification.js'
import { defaultPreferences, type NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { Payment } from '#domain/payments/payment.js'
import { confirmedPhoneOf } from '#domain/accounts/phone-confirmation.js'
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
  /** Whether the mail goes to an address that no one has confirmed: that of a payment's buyer. */
  readonly isBuyersMail: boolean
  readonly locale: Locale
  readonly preferences: NotificationPreferences
}

/** What is stored of a person. */
export interface Person {
  readonly user: User | null
  readonly preferences: NotificationPreferences
}

export interface RecipientPorts {
  readonly users: Pick<UserStore, 'find'>
  readonly notificationPreferences: NotificationPreferenceStore
  readonly notificationDefaults: NotificationDefaults
}

export function makeRecipients ({ users, notificationPreferences, notificationDefaults }: RecipientPorts) {
  const { locale, timeZone, operationsEmail } = notificationDefaults
  const ordinary = defaultPreferences(timeZone)
  const bare = { name: null, isBuyersMail: false, preferences: ordinary }

  async function findPerson ({ userId }: Pick<Notification, 'userId'>): Promise<Person> {
    if (userId === OPERATORS) return { user: null, preferences: ordinary }
    const [user, preferences] = await Promise.all([users.find(userId), notificationPreferences.find(userId)])
    return { user, preferences: preferences ?? ordinary }
  }

  /**
   * The recipient of a notification, or the reason why they get none. A mail goes to the confirmed address of an account, else to the
   * one in the payer's own token, else to the one that they gave as the buyer.
   */
  function recipientOf ({ userId, kind, sealed }: Notification, payment: Payment | null, { user, preferences }: Person): Recipient | string {
    if (userId === OPERATORS) return { ...bare, addresses: { email: operationsEmail, sms: null }, locale }
    if (user?.status === 'suspended') return 'the recipient is suspended'
    if (sealed !== null) return { ...bare, addresses: sealedAddresses(kind, sealed), locale: known(sealed.locale) }
    if (user?.status === 'deleted') return 'the recipient is gone'
    const payers = payment?.userId === userId ? payment : null
    const own = emailOf(user) ?? payers?.payerEmail ?? preferences.contact?.email ?? null
    return {
      name: user?.name ?? null,
      addresses: { email: own ?? payers?.buyerEmail ?? null, sms: user === null ? preferences.contact?.phone ?? null : confirmedPhoneOf(user) },
      isBuyersMail: own === null,
      locale: known(preferences.locale, user?.locale),
      preferences,
    }
  }

  /** The first locale for which this version has texts. Another version may have stored others. */
  function known (...wanted: ReadonlyArray<Locale | null | undefined>): Locale {
    return wanted.find((one) => one != null && LOCALES.includes(one)) ?? locale
  }

  return { findPerson, recipientOf }
}

/** An unconfirmed address may belong to another person: it gets no mail but the one that confirms it. */
function emailOf (user: User | null): string | null {
  return user?.emailVerified === true ? user.email : null
}

function sealedAddresses (kind: NotificationKind, { to }: Sealed): Recipient['addresses'] {
  return kind === 'phone_confirmation' ? { email: null, sms: to } : { email: to, sms: null }
}
