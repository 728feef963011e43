import type { Session } from '#domain/accounts/session.js'
import type { Page, PageRequest } from './page.js'

/**
 * Sessions. A store may keep one beyond its end, and forget it any time after. What comes back is safe from later changes by either side.
 * Every method may throw `store_unavailable`: whether a write took place is then unknown, and the same call may be made again.
 */
export interface SessionStore {
  insert: (session: Session) => Promise<void>

  find: (sessionId: string) => Promise<Session | null>

  /** Stores `after` if the session's good token is still that of `before`. False where it is not, or the session is gone. */
  replace: (before: Session, after: Session) => Promise<boolean>

  /** Ends a session; one that is gone already is none the worse for it. */
  remove: (sessionId: string) => Promise<void>

  /** A user's sessions, newest first. A store whose index lags behind may miss one of a moment before. */
  listOfUser: (userId: string, page: PageRequest) => Promise<Page<Session>>
}
