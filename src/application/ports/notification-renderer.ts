import type { NotificationKind } from '#domain/notifications/notification.js'
import type { Locale } from '#domain/accounts/user.js'
import type { Money } from '#domain/money.js'

/** What the texts speak of. What a kind does not mention may be anything. */
export interface NotificationContent {
  readonly kind: NotificationKind
  readonly locale: Locale
  /** Of the receiver; null where nobody knows it. */
  readonly name: string | null
  readonly money: Money | null
  readonly orderId: string | null
  readonly paymentId: string | null
  /** Who wrote, and how many of his messages are not read yet. */
  readonly senderName: string | null
  readonly count: number
  /** Whether a payment needs attention for a dispute, or for a flag. */
  readonly cause: 'dispute' | 'flag' | null
  /** Where the receiver goes on; null where there is nowhere to go. */
  readonly link: string | null
  readonly unsubscribeUrl: string | null
}

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Puts content into words. Names and the like are texts of strangers: they can add neither markup nor headers. */
export interface NotificationRenderer {
  mail: (content: NotificationContent) => RenderedMail
  sms: (content: NotificationContent) => string
}
