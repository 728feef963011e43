import { newNotification, type AccountKind } from '../../domain/notification.js'
import { DAY_MS, laterBy } from '../../domain/time.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'
import type { NotificationStore } from '../ports/notification-store.js'
import type { NoticeKind, Notifier } from '../ports/notifier.js'
import type { UserStore } from '../ports/user-store.js'

/** A link that could not be delivered for so long is of no use any more, and does not lie about either. */
const NOTICE_VALID_MS = DAY_MS

const KINDS: Readonly<Record<NoticeKind, AccountKind>> = {
  'verify-email': 'email_verification',
  'account-exists': 'account_exists',
  'password-reset': 'password_reset',
  'password-changed': 'password_changed',
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
    enqueue: async ({ kind, to, locale, data: { link = null }, dedupeKey }) => {
      const user = await users.findByEmail(to)
      // An address that has left its account belongs to nobody, and to no history.
      const userId = user?.userId ?? identity.derived('adr', [to])
      const createdAt = clock()
      await notifications.insert(newNotification({
        notificationId: identity.derived('ntf', [kind, dedupeKey]),
        userId,
        kind: KINDS[kind],
        subjectId: userId,
        sealed: { to, locale, link },
        validUntil: laterBy(createdAt, NOTICE_VALID_MS),
        createdAt,
      }))
    },
  }
}
