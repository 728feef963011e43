import type { Conversation } from '#domain/messages/conversation.js'
import { isAccountKind, OPERATORS, type Notification } from '#domain/notifications/notification.js'
import { liveAction } from '#domain/payments/offer.js'
import type { Payment } from '#domain/payments/payment.js'
import { DAY_MS, laterBy, type Timestamp } from '#domain/time.js'
import type { ConversationStore } from '../ports/conversation-store.js'
import type { NotificationContent } from '../ports/notification-channels.js'
import type { NotificationStore } from '../ports/notification-stores.js'
import type { PaymentStore } from '../ports/payment-store.js'
import type { UserStore } from '../ports/account-stores.js'
import type { Subscription } from './notification-preferences.js'
import type { Recipient } from './recipient.js'

/** Notifications of a user that are searched for an earlier one of the same conversation. */
const EARLIER_MAX = 50

export interface SubjectPorts {
  readonly users: UserStore
  readonly payments: PaymentStore
  readonly conversations: ConversationStore
  readonly notifications: NotificationStore
}

/** The present state of what a notification is about, or the reason why it need not be sent any more. */
export type Subject = string | { readonly payment: Payment | null, readonly unread: number }

const NO_SUBJECT: Subject = { payment: null, unread: 0 }

export function makeFindSubject ({ users, payments, conversations, notifications }: SubjectPorts) {
  return async function findSubject (notification: Notification, now: Timestamp): Promise<Subject> {
    const { kind, validUntil } = notification
    if (validUntil !== null && validUntil <= now) return 'expired'
    if (kind === 'message_received') return await conversationOf(notification, now)
    return isAccountKind(kind) ? NO_SUBJECT : await paymentOf(notification, now)
  }

  async function paymentOf ({ kind, subjectId }: Notification, now: Timestamp): Promise<Subject> {
    const payment = await payments.find(subjectId)
    if (payment === null) return 'there is no such payment'
    if (kind === 'payment_action_required' && (payment.status !== 'requires_action' || liveAction(payment, now) === null)) return 'no action is required any more'
    return { payment, unread: 0 }
  }

  async function conversationOf (notification: Notification, now: Timestamp): Promise<Subject> {
    const { userId, subjectId } = notification
    const [side] = await conversations.find(userId, [subjectId])
    if (side === undefined || side.unread === 0) return 'read meanwhile'
    if (side.blocked) return 'blocked'
    if (isAnswered(side)) return 'answered meanwhile'
    if (!await isActive(subjectId)) return 'the sender is suspended or gone'
    const yesterday = laterBy(now, -DAY_MS)
    const since = side.readAt !== null && side.readAt > yesterday ? side.readAt : yesterday
    return await isTold(notification, since) ? 'told already' : { payment: null, unread: side.unread }
  }

  /** A sender without an account here is one of another issuer, which ends their tokens itself. */
  async function isActive (senderId: string): Promise<boolean> {
    return (await users.find(senderId))?.status !== 'suspended'
  }

  /**
   * Whether the user was notified of the conversation in the last day, and has not read it since. They then hear of it again
   * after a day.
   */
  async function isTold ({ userId, kind, subjectId }: Notification, since: Timestamp): Promise<boolean> {
    const { items } = await notifications.listOfUser(userId, { before: null, limit: EARLIER_MAX })
    return items.some((earlier) => earlier.kind === kind && earlier.subjectId === subjectId &&
      Object.values(earlier.deliveries).some(({ state, at }) => state === 'sent' && at > since))
  }
}

/** Whether the newest message is the user's own. */
function isAnswered ({ lastKey, lastReceivedKey }: Conversation): boolean {
  return lastKey !== lastReceivedKey
}

export interface ContentPorts {
  readonly users: UserStore
  /** The base of the pages of the app to which links lead; null makes no such links. */
  readonly appUrl: string | null
  /** A page that ends the mails of a kind without a sign-in. */
  readonly unsubscribeUrl: (subscription: Subscription) => string
}

interface Facts {
  readonly payment: Payment | null
  readonly unread: number
}

/** The values for the texts of a notification. */
export function makeContentOf ({ users, appUrl, unsubscribeUrl }: ContentPorts) {
  return async function contentOf (notification: Notification, { payment, unread }: Facts, { name, locale }: Recipient): Promise<NotificationContent> {
    const { kind, userId, subjectId, amount, currency, sealed, createdAt } = notification
    return {
      kind,
      locale,
      name,
      money: amount === null || currency === null ? null : { amount, currency },
      orderId: payment?.orderId ?? null,
      paymentId: payment?.paymentId ?? null,
      senderName: kind === 'message_received' ? await nameOf(subjectId) : null,
      count: unread,
      conversations: 1,
      cause: payment === null ? null : causeOf(payment, createdAt),
      code: sealed?.code ?? null,
      link: sealed === null ? linkTo(notification, payment) : sealed.link,
      unsubscribeUrl: isAccountKind(kind) || userId === OPERATORS ? null : unsubscribeUrl({ userId, kind }),
    }
  }

  /** Where the recipient goes on. Operators have no page in the app. */
  function linkTo ({ kind, userId, subjectId }: Notification, payment: Payment | null): string | null {
    if (kind === 'payment_action_required') return payment?.nextAction?.url ?? null
    if (appUrl === null || userId === OPERATORS) return null
    return `${appUrl}/${kind === 'message_received' ? 'messages' : 'payments'}/${encodeURIComponent(subjectId)}`
  }

  /** A user without a name is shown by their id. */
  async function nameOf (userId: string): Promise<string> {
    const user = await users.find(userId)
    return user === null || user.name === '' ? userId : user.name
  }
}

/** An open dispute comes first, because it has to be answered in time. Then what happened when the notification was made. */
function causeOf ({ disputes, causes }: Payment, createdAt: Timestamp): NotificationContent['cause'] {
  if (disputes.some(({ status }) => status === 'open')) return 'open'
  return causes.some(({ at }) => at === createdAt) ? 'flag' : disputes.at(-1)?.status ?? 'flag'
}
