import type { UserStore } from '../ports/account-stores.js'

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
