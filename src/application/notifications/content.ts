import { isAccountKind, OPERATORS, type Notification } from '#domain/notifications/notification.js'
import type { Payment } from '#domain/payments/payment.js'
import type { NotificationContent } from '../ports/notification-renderer.js'
import type { UserStore } from '../ports/user-store.js'
import type { Subscription } from './notification-preferences.js'
import type { Recipient } from './recipient.js'

export interface ContentPorts {
  readonly users: UserStore
  /** Where somebody ends mails of a kind without signing in. */
  readonly unsubscribeUrl: (subscription: Subscription) => string
}

interface Facts {
  readonly payment: Payment | null
  readonly unread: number
}

/** What a notification says to its recipient. */
export function makeContentOf ({ users, unsubscribeUrl }: ContentPorts) {
  return async function contentOf (notification: Notification, { payment, unread }: Facts, { name, locale }: Recipient): Promise<NotificationContent> {
    const { kind, userId, subjectId, amount, currency, sealed } = notification
    return {
      kind,
      locale,
      name,
      money: amount === null || currency === null ? null : { amount, currency },
      orderId: payment?.orderId ?? null,
      paymentId: payment?.paymentId ?? null,
      senderName: kind === 'message_received' ? await nameOf(subjectId) : null,
      count: unread,
      cause: payment === null ? null : causeOf(payment),
      link: sealed?.link ?? payment?.nextAction?.url ?? null,
      unsubscribeUrl: isAccountKind(kind) || userId === OPERATORS ? null : unsubscribeUrl({ userId, kind }),
    }
  }

  /** The id of somebody without a name is the name by which the receiver knows him. */
  async function nameOf (userId: string): Promise<string> {
    const user = await users.find(userId)
    return user === null || user.name === '' ? userId : user.name
  }
}

function causeOf ({ disputes }: Payment): 'dispute' | 'flag' {
  return disputes.some(({ status }) => status === 'open') ? 'dispute' : 'flag'
}
