import type { SendOutcome } from '#domain/notifications/notification.js'
import type { Locale } from '#domain/accounts/user.js'

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
