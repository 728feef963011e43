import type { NotificationKind } from '#domain/notifications/notification.js'
import type { Locale } from '#domain/accounts/user.js'
import type { Money } from '#domain/money.js'

/** The values that texts mention. Texts of a kind ignore the values that it does not need. */
export interface NotificationContent {
  readonly kind: NotificationKind
  readonly locale: Locale
  /** Name of the recipient; null when it is not known. */
  readonly name: string | null
  readonly money: Money | null
  readonly orderId: string | null
  readonly paymentId: string | null
  /** The sender of unread messages, and their number. */
  readonly senderName: string | null
  readonly count: number
  /** Why a payment needs attention. */
  readonly cause: 'dispute' | 'flag' | null
  /** Where the recipient continues; null when there is nothing to do. */
  readonly link: string | null
  readonly unsubscribeUrl: string | null
}

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Renders texts. Names and other values come from strangers: they can add neither markup nor headers. */
export interface NotificationRenderer {
  mail: (content: NotificationContent) => RenderedMail
  sms: (content: NotificationContent) => string
}
