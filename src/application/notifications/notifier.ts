import { CODE_LIFETIME_MS } from '#domain/accounts/phone.js'
import { LINK_LIFETIMES_MS } from '#domain/accounts/user.js'
import { newNotification, type AccountKind } from '#domain/notifications/notification.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import type { Clock, Identity } from '../ports/system.js'
import type { NotificationStore } from '../ports/notification-stores.js'
import type { Notifier } from '../ports/notifier.js'
import type { UserStore } from '../ports/account-stores.js'

/** How long a notification is of use. One with a link is not sent, and not stored, longer than its link is valid. */
const VALID_MS: Readonly<Record<AccountKind, number>> = {
  email_verification: LINK_LIFETIMES_MS.verification,
  account_exists: DAY_MS,
  password_reset: LINK_LIFETIMES_MS.reset,
  password_changed: DAY_MS,
  new_address: LINK_LIFETIMES_MS.emailChange,
  email_changed: DAY_MS,
  phone_confirmation: CODE_LIFETIME_MS,
  second_factor_on: DAY_MS,
  second_factor_off: DAY_MS,
}

interface NotifierPorts {
  readonly notifications: NotificationStore
  readonly users: UserStore
  readonly identity: Identity
  readonly clock: Clock
}

/** The id under which notifications to an address without an account are stored: they appear in the history of no user. */
export function mailboxIdOf (email: string, identity: Identity): string {
  return identity.derived('adr', [email])
}

/** Stores notifications about accounts, to be delivered like all others. */
export function makeNotifier ({ notifications, users, identity, clock }: NotifierPorts): Notifier {
  return {
    enqueue: async ({ kind, to, locale, data: { link = null, ...rest }, dedupeKey, userId: known }) => {
      const userId = known ?? (await users.findByEmail(to))?.userId ?? mailboxIdOf(to, identity)
      const createdAt = clock()
      await notifications.insert(newNotification({
        notificationId: identity.derived('ntf', [kind, dedupeKey]),
        userId,
        kind,
        subjectId: userId,
        sealed: { to, locale, link, ...rest },
        validUntil: laterBy(createdAt, VALID_MS[kind]),
        createdAt,
      }))
    },
  }
}
