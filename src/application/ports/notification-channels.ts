import type { Locale } from '#domain/accounts/user.js'
import type { Money } from '#domain/money.js'
import type { Dispute } from '#domain/payments/payment.js'
import type { ShipmentFlag } from '#domain/shipping/shipment.js'
import type { NotificationKind, SendOutcome } from '#domain/notifications/notification.js'

/** What texts mention of a shipment. */
export interface ShipmentContent {
  readonly shipmentId: string
  /** The name that people know the carrier by; null where it is not known. */
  readonly carrier: string | null
  readonly trackingNumber: string | null
  /** The carrier's words why it could not deliver; null where it gives none. */
  readonly failure: string | null
  /** Why it needs attention; null where it does not. */
  readonly flag: ShipmentFlag | null
}

/** The values that texts mention. Texts of a kind ignore the values that it does not need. */
export interface NotificationContent {
  readonly kind: NotificationKind
  readonly locale: Locale
  /** Name of the recipient; null when it is not known. */
  readonly name: string | null
  readonly money: Money | null
  readonly orderId: string | null
  readonly paymentId: string | null
  /** The sender of unread messages, the number of the messages, and of the conversations that hold them. */
  readonly senderName: string | null
  readonly count: number
  readonly conversations: number
  /** Why a payment needs attention: the state of its dispute, or a flag. */
  readonly cause: Dispute['status'] | 'flag' | null
  /** Null where the kind is about no shipment. */
  readonly shipment: ShipmentContent | null
  /** The code that confirms a phone number; null when the kind has none. */
  readonly code: string | null
  /** The error in the error log; null where the kind is about none. */
  readonly errorId: string | null
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

/** A rendered e-mail. */
export interface Mail {
  /** The same for each try, so that a mail that is sent twice can be recognized. */
  readonly notificationId: string
  readonly to: string
  readonly locale: Locale
  readonly subject: string
  readonly text: string
  readonly html: string
  /** A POST to it ends mails of this kind (RFC 8058); null for kinds that cannot be turned off. */
  readonly unsubscribeUrl: string | null
}

/** A rendered SMS. */
export interface TextMessage {
  readonly notificationId: string
  /** In E.164, such as +905551234567. */
  readonly to: string
  readonly text: string
  /** What the text costs. */
  readonly segments: number
}

/**
 * Hands a message to a carrier. It never throws: a failure is an outcome, and its reason holds neither the address nor the text.
 * `temporary` includes unknown outcomes, so that a message may be sent twice.
 */
export type Send<T> = (message: T) => Promise<SendOutcome>

/** The sender of each channel; null for a channel that is not configured. */
export interface NotificationSenders {
  readonly email: Send<Mail> | null
  readonly sms: Send<TextMessage> | null
}
