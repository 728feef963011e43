import type { SessionStore, UserStore } from '../ports/account-stores.js'

/** Users, whose changes by this process `onChange` learns at once. */
export function watchedUsers (users: UserStore, onChange: (userId: string) => void): UserStore {
  return {
    insert: async (user) => await users.insert(user),
    find: async (userId) => await users.find(userId),
    findByEmail: async (email) => await users.findByEmail(email),
    update: async (...change) => {
      const user = await users.update(...change)
      onChange(user.userId)
      return user
    },
    list: async (page) => await users.list(page),
  }
}

/** Sessions, whose changes by this process `onChange` learns at once. */
export function watchedSessions (sessions: SessionStore, onChange: (sessionId: string) => void): SessionStore {
  return {
    insert: async (session) => { await sessions.insert(session) },
    find: async (sessionId) => await sessions.find(sessionId),
    replace: async (before, after) => {
      const isReplaced = await sessions.replace(before, after)
      onChange(after.sessionId)
      return isReplaced
    },
    remove: async (sessionId) => {
      await sessions.remove(sessionId)
      onChange(sessionId)
    },
    listOfUser: async (userId, page) => await sessions.listOfUser(userId, page),
  }
}
