import type { AuditEntry } from '#domain/audit.js'
import type { Stores } from '#application/ports/stores.js'
import { over } from './over.js'
import type { PersonWrite } from './person-write.js'

type People = Pick<Stores, 'users' | 'sessions' | 'audit' | 'notifications' | 'notificationPreferences'>

/**
 * Accounts, sessions and what people are told, each put down before it is acknowledged. What was tried how often is not: a restart
 * forgives it. Of a notification that follows from an event, only what has become of it is put down.
 */
export function recordedPeople ({ users, sessions, audit, notifications, notificationPreferences }: People, record: (write: PersonWrite) => Promise<void>): People {
  return {
    users: over(users, {
      insert: async (user) => {
        const insertion = await users.insert(user)
        if (insertion.inserted) await record({ kind: 'account', email: user.email, user, line: null })
        return insertion
      },
      update: async (email, change, makeLine) => {
        const step = { isChanged: false, line: null as AuditEntry | null }
        const user = await users.update(email, (before) => {
          const after = change(before)
          step.isChanged = after !== before
          return after
        }, makeLine === undefined ? undefined : (before, after) => (step.line = makeLine(before, after)))
        if (step.isChanged) await record({ kind: 'account', email, user, line: step.line })
        return user
      },
    }),
    sessions: over(sessions, {
      insert: async (session) => {
        await sessions.insert(session)
        await record({ kind: 'session', session })
      },
      replace: async (before, after) => {
        const replaced = await sessions.replace(before, after)
        if (replaced) await record({ kind: 'rotation', before, after })
        return replaced
      },
      remove: async (sessionId) => {
        await sessions.remove(sessionId)
        await record({ kind: 'sign_out', sessionId })
      },
    }),
    audit: over(audit, {
      insert: async (entry) => {
        await audit.insert(entry)
        await record({ kind: 'audit', entry })
      },
    }),
    notifications: over(notifications, {
      insert: async (notification) => {
        const insertion = await notifications.insert(notification)
        if (insertion.inserted) await record({ kind: 'notification', notification })
        return insertion
      },
      replace: async (notification) => {
        const replaced = await notifications.replace(notification)
        if (replaced) await record({ kind: 'notification', notification })
        return replaced
      },
    }),
    notificationPreferences: over(notificationPreferences, {
      update: async (userId, change) => {
        const preferences = await notificationPreferences.update(userId, change)
        await record({ kind: 'preferences', userId, preferences })
        return preferences
      },
    }),
  }
}
