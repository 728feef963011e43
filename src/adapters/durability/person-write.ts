import type { AuditEntry } from '#domain/audit.js'
import type { Notification } from '#domain/notifications/notification.js'
import type { NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { Session } from '#domain/accounts/session.js'
import type { User } from '#domain/accounts/user.js'

/** What memory mode writes of accounts and of what people are told. An outage takes none of it: it has to wait for the store. */
export type PersonWrite =
  /** The next state of who has this address, with the line of the audit log that came with it. */
  | { readonly kind: 'account', readonly email: string, readonly user: User, readonly line: AuditEntry | null }
  | { readonly kind: 'session', readonly session: Session }
  | { readonly kind: 'rotation', readonly before: Session, readonly after: Session }
  | { readonly kind: 'sign_out', readonly sessionId: string }
  | { readonly kind: 'audit', readonly entry: AuditEntry }
  | { readonly kind: 'preferences', readonly userId: string, readonly preferences: NotificationPreferences }
  | { readonly kind: 'notification', readonly notification: Notification }

/** Addresses go from one account to another, and a session is as good as its account: all of them keep their order. */
export const ACCOUNTS = 'accounts'
/** None is sent before it is known which have been. */
export const NOTIFICATIONS = 'notifications'

export function personKeyOf (write: PersonWrite): string {
  switch (write.kind) {
    case 'account':
    case 'session':
    case 'rotation':
    case 'sign_out': return ACCOUNTS
    case 'audit': return `audit ${write.entry.auditId}`
    case 'preferences': return `preferences ${write.userId}`
    case 'notification': return NOTIFICATIONS
  }
}

export function personSubjectOf (write: PersonWrite): string {
  switch (write.kind) {
    case 'account': return write.user.userId
    case 'session': return write.session.sessionId
    case 'rotation': return write.after.sessionId
    case 'sign_out': return write.sessionId
    case 'audit': return write.entry.auditId
    case 'preferences': return write.userId
    case 'notification': return write.notification.notificationId
  }
}
