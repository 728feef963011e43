import { DomainError } from '#domain/errors.js'
import { isAlive, type Session } from '#domain/accounts/session.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { SessionStore } from '../ports/session-store.js'
import type { UserStore } from '../ports/user-store.js'
import { digestsOf, parseRefreshToken } from './session-tokens.js'

export interface ListSessionsPorts {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly clock: Clock
}

/** Where a user is signed in, newest first. Those that have ended are left out, so that a page may hold fewer. */
export function makeListSessions ({ users, sessions, clock }: ListSessionsPorts) {
  return async function listSessions ({ userId, ...page }: PageRequest & { userId: string }): Promise<Page<Session>> {
    const [user, { items, nextKey }] = await Promise.all([users.find(userId), sessions.listOfUser(userId, page)])
    return { items: items.filter((session) => isAlive(session, user, clock())), nextKey }
  }
}

/** Ends one session of a user. @throws not_found, also for another's */
export function makeRevokeSession ({ sessions }: { sessions: SessionStore }) {
  return async function revokeSession ({ userId, sessionId }: { userId: string, sessionId: string }): Promise<void> {
    if ((await sessions.find(sessionId))?.userId !== userId) throw new DomainError('not_found', 'there is no such session')
    await sessions.remove(sessionId)
  }
}

/** Ends the session of a refresh token. One that is over, or unknown, is signed out already. */
export function makeSignOut ({ sessions, identity }: { sessions: SessionStore, identity: Identity }) {
  return async function signOut (refreshToken: string): Promise<void> {
    const token = parseRefreshToken(refreshToken)
    const session = token === null ? null : await sessions.find(token.sessionId)
    if (token === null || session === null || digestsOf(token, identity).familyDigest !== session.familyDigest) return
    await sessions.remove(session.sessionId)
  }
}
