import type { ApiKey } from '#domain/accounts/api-key.js'
import { LATER_SESSION_FIELDS, type Session } from '#domain/accounts/session.js'
import type { Erasure } from '#domain/accounts/erasure.js'
import { LATER_USER_FIELDS, type User } from '#domain/accounts/user.js'
import { withoutFirst } from '#domain/first-values.js'
import type { AuditEntry } from '#domain/audit.js'
import type { NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { Notification } from '#domain/notifications/notification.js'
import { AS_IS, checkFollows, Conflict, type Shown, type WriteKind } from './write-kind.js'

/*
 * Memory mode alone journals these kinds; an outage of DynamoDB takes none of them. While they wait, reads need the store and answer
 * 503, because identity is not guessed.
 */
const shown = (): Shown => ({})

/** A line of an earlier version has no outcome. */
type EarlierEntry = Omit<AuditEntry, 'outcome'> & { readonly outcome?: string | null }

function entryOf (line: EarlierEntry): AuditEntry {
  return { ...line, outcome: line.outcome ?? null }
}

/** One key for all: an address moves from one account to another, and a session depends on its account. */
export const ACCOUNTS = 'accounts'
/** One key for all: no notification is sent before the store knows which were sent. */
export const NOTIFICATIONS = 'notifications'

/** The next state of the user who has this address, with the line of the audit log that came with it. */
export const account: WriteKind<{ readonly email: string, readonly user: User, readonly line: EarlierEntry | null }> = {
  key: () => ACCOUNTS,
  subject: ({ user }) => user.userId,
  carryOut: async ({ email, user, line }, { users }) => {
    const stored = await users.find(user.userId)
    if (stored !== null && stored.version >= user.version) return
    if (user.version === 1) {
      if (!(await users.insert(user)).inserted) throw addressTaken()
      return
    }
    await users.update(email, (current) => {
      if (current.userId !== user.userId) throw addressTaken()
      checkFollows(user.version, current.version)
      return user
    }, line === null ? undefined : () => entryOf(line))
  },
  shown,
  stored: {
    encode: ({ user, ...write }) => ({ ...write, user: withoutFirst(user, LATER_USER_FIELDS) }),
    decode: ({ user, ...write }) => ({ ...write, user: { ...LATER_USER_FIELDS, ...user } }),
  },
}

function addressTaken (): Conflict {
  return new Conflict('the address is that of another account')
}

/** A session in the form of version 0.1.0, as far as it has what that version knows. */
function earlierSession (session: Session): Session {
  return withoutFirst(session, LATER_SESSION_FIELDS)
}

function laterSession (line: Session): Session {
  return { ...LATER_SESSION_FIELDS, ...line }
}

export const session: WriteKind<{ readonly session: Session }> = {
  key: () => ACCOUNTS,
  subject: (write) => write.session.sessionId,
  // An insert that is repeated must not bring back a token that was replaced since.
  carryOut: async (write, { sessions }) => { if (await sessions.find(write.session.sessionId) === null) await sessions.insert(write.session) },
  shown,
  stored: { encode: (write) => ({ ...write, session: earlierSession(write.session) }), decode: (write) => ({ ...write, session: laterSession(write.session) }) },
}

/** A session with its next refresh token. */
export const rotation: WriteKind<{ readonly before: Session, readonly after: Session }> = {
  key: () => ACCOUNTS,
  subject: ({ after }) => after.sessionId,
  carryOut: async ({ before, after }, { sessions }) => { await sessions.replace(before, after) },
  shown,
  stored: {
    encode: ({ before, after, ...write }) => ({ ...write, before: earlierSession(before), after: earlierSession(after) }),
    decode: ({ before, after, ...write }) => ({ ...write, before: laterSession(before), after: laterSession(after) }),
  },
}

/** The end of a session. */
export const signOut: WriteKind<{ readonly sessionId: string }> = {
  key: () => ACCOUNTS,
  subject: ({ sessionId }) => sessionId,
  carryOut: async ({ sessionId }, { sessions }) => { await sessions.remove(sessionId) },
  shown,
  stored: AS_IS,
}

/** A line of the audit log that comes with no other write. */
export const audit: WriteKind<{ readonly entry: EarlierEntry }> = {
  key: ({ entry }) => `audit ${entry.auditId}`,
  subject: ({ entry }) => entry.auditId,
  carryOut: async ({ entry }, stores) => { await stores.audit.insert(entryOf(entry)) },
  shown,
  stored: AS_IS,
}

export const preferences: WriteKind<{ readonly userId: string, readonly preferences: NotificationPreferences }> = {
  key: ({ userId }) => `preferences ${userId}`,
  subject: ({ userId }) => userId,
  carryOut: async (write, { notificationPreferences }) => { await notificationPreferences.update(write.userId, () => write.preferences) },
  shown,
  stored: AS_IS,
}

/** The latest version of a notification. Events write the first version, before or after this; the journal alone knows the later ones. */
export const notification: WriteKind<{ readonly notification: Notification }> = {
  key: () => NOTIFICATIONS,
  subject: (write) => write.notification.notificationId,
  carryOut: async (write, { notifications }) => {
    if (await notifications.replace(write.notification)) return
    const { inserted, stored } = await notifications.insert(write.notification)
    if (inserted || stored.version >= write.notification.version) return
    // Between the two calls a dispatcher stored the first version.
    checkFollows(write.notification.version, stored.version)
    await notifications.replace(write.notification)
  },
  shown,
  stored: AS_IS,
}

/** The next version of an erasure, or its end. */
export const erasure: WriteKind<{ readonly erasure: Erasure, readonly isDone: boolean }> = {
  key: (write) => `erasure ${write.erasure.userId}`,
  subject: (write) => write.erasure.userId,
  carryOut: async (write, { erasures }) => {
    if (write.isDone) await erasures.remove(write.erasure)
    else if (!await erasures.replace(write.erasure)) await erasures.insert(write.erasure)
  },
  shown,
  stored: AS_IS,
}

/** A new API key; null: its end. */
export const apiKey: WriteKind<{ readonly keyId: string, readonly key: ApiKey | null }> = {
  key: () => ACCOUNTS,
  subject: ({ keyId }) => keyId,
  carryOut: async ({ keyId, key }, { apiKeys }) => {
    if (key === null) await apiKeys.remove(keyId)
    else await apiKeys.insert(key)
  },
  shown,
  stored: AS_IS,
}
