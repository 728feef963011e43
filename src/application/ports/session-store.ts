import type { Session } from '#domain/accounts/session.js'
import type { Page, PageRequest } from './page.js'

/**
 * Sessions. A store may delete a session any time after it has expired.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface SessionStore {
  insert: (session: Session) => Promise<void>

  find: (sessionId: string) => Promise<Session | null>

  /** Stores `after` if the valid token of the session is still that of `before`. False if it is not, or if the session has ended. */
  replace: (before: Session, after: Session) => Promise<boolean>

  /** Ends a session, if it has not ended already. */
  remove: (sessionId: string) => Promise<void>

  /** The sessions of a user, newest first. */
  listOfUser: (userId: string, page: PageRequest) => Promise<Page<Session>>
}
