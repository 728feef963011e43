import type { AuditEntry } from '#domain/audit.js'
import type { User } from '#domain/accounts/user.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'

/** A rule for whatever state the user is in when it is stored: pure, because it may run more than once. */
export type UserChange = (user: User) => User

/** The line that tells of a change in the audit log. */
export type UserAudit = (before: User, after: User) => AuditEntry

/**
 * Accounts, of which each address has at most one. Addresses are folded. What comes back is safe from later changes by either side.
 * Every method may throw `store_unavailable`: whether a write took place is then unknown, and the same call may be made again.
 */
export interface UserStore {
  /** Stores a new user, unless his address is taken. A call whose answer was lost finds its own user, which is a success too. */
  insert: (user: User) => Promise<Insertion<User>>

  /** By id, deleted users too. One who came a moment before may not be found yet. */
  find: (userId: string) => Promise<User | null>

  findByEmail: (email: string) => Promise<User | null>

  /**
   * Applies `change` to the user of an address as he stands, and stores the result if no other change came between; else begins
   * again, with the line of `audit` in the same step. A change that returns the user it was given writes nothing. One that gives him another address moves him there, in one
   * step, and frees the old one. What `change` throws comes out as it is, and nothing is written.
   * @throws not_found
   */
  update: (email: string, change: UserChange, audit?: UserAudit) => Promise<User>

  /** All users, newest first, each as he stands now, deleted ones too. A store whose index lags behind may miss one of a moment before. */
  list: (page: PageRequest) => Promise<Page<User>>
}
