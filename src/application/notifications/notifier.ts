import { newNotification, type AccountKind } from '#domain/notifications/notification.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'
import type { NotificationStore } from '../ports/notification-store.js'
import type { NoticeKind, Notifier } from '../ports/notifier.js'
import type { UserStore } from '../ports/user-store.js'

interface Rule {
  readonly kind: AccountKind
  /** As long as the link in it is good: later it is of no use, and must not lie about either. */
  readonly validMs: number
}

const RULES: Readonly<Record<NoticeKind, Rule>> = {
  'verify-email': { kind: 'email_verification', validMs: DAY_MS },
  'account-exists': { kind: 'account_exists', validMs: DAY_MS },
  'password-reset': { kind: 'password_reset', validMs: 30 * 60_000 },
  'password-changed': { kind: 'password_changed', validMs: DAY_MS },
}

interface NotifierPorts {
  readonly notifications: NotificationStore
  readonly users: UserStore
  readonly identity: Identity
  readonly clock: Clock
}

/** Takes in notices as notifications, which are sent as soon as somebody gets to it. */
export function makeNotifier ({ notifications, users, identity, clock }: NotifierPorts): Notifier {
  return {
    enqueue: async ({ kind: notice, to, locale, data: { link = null }, dedupeKey }) => {
      const user = await users.findByEmail(to)
      // An address that has left its account belongs to nobody, and to no history.
      const userId = user?.userId ?? identity.derived('adr', [to])
      const createdAt = clock()
      const { kind, validMs } = RULES[notice]
      await notifications.insert(newNotification({
        notificationId: identity.derived('ntf', [notice, dedupeKey]),
        userId,
        kind,
        subjectId: userId,
        sealed: { to, locale, link },
        validUntil: laterBy(createdAt, validMs),
        createdAt,
      }))
    },
  }
}
