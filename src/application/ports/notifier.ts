import type { Locale } from '#domain/accounts/user.js'
import type { AccountKind } from '#domain/notifications/notification.js'

/** A notification about an account, to a bare address. */
export interface AccountNotification {
  readonly kind: AccountKind
  /** The e-mail address, folded, or the phone number in E.164. */
  readonly to: string
  /** Whose history shows it. Absent: the account of the e-mail address. */
  readonly userId?: string
  readonly locale: Locale
  readonly data: {
    /** Signs in anyone who holds it. It is never logged, and stored no longer than its delivery needs. */
    readonly link?: string
    /** Confirms a phone number. It is treated as a link is. */
    readonly code?: string
  }
  /** Of several notifications of one kind and key, one is delivered. */
  readonly dedupeKey: string
}

export interface Notifier {
  /**
   * Stores a notification for later delivery, so that the caller does not wait for a mail server.
   *
   * @throws store_unavailable, store_busy
   */
  enqueue: (notification: AccountNotification) => Promise<void>
}
