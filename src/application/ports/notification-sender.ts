import type { SendOutcome } from '#domain/notifications/notification.js'
import type { Locale } from '#domain/accounts/user.js'

/** An e-mail as it is to be sent. */
export interface Mail {
  /** The same for each repeat, so that whoever gets it twice can tell. */
  readonly notificationId: string
  readonly to: string
  readonly locale: Locale
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Where a POST ends mails of this kind (RFC 8058); null where they can't be ended. */
  readonly unsubscribeUrl: string | null
}

/** A text message as it is to be sent. */
export interface TextMessage {
  readonly notificationId: string
  /** In E.164, such as +905551234567. */
  readonly to: string
  readonly text: string
}

/**
 * Hands a message to whoever carries it. What goes wrong is an outcome, never an error, and its reason holds neither the address nor
 * the text. `temporary` is also the outcome of which nobody knows whether the message went out: it may then be sent twice.
 */
export type Send<T> = (message: T) => Promise<SendOutcome>

/** The channels of this service; null where there is none. */
export interface NotificationSenders {
  readonly email: Send<Mail> | null
  readonly sms: Send<TextMessage> | null
}
