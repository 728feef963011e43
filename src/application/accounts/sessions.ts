import { isAlive, rotated, type Session } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import type { Clock, Identity } from '../ports/system.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { SessionStore, UserStore } from '../ports/account-stores.js'
import type { TokenIssuer } from '../ports/credentials.js'
import { digestsOf, newRefreshToken, parseRefreshToken, signedIn, type SignedIn } from './session-tokens.js'

export interface RefreshSessionPorts {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly issueToken: TokenIssuer
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Exchanges a refresh token, which is valid once (RFC 9700, 4.14.2), for the next pair of tokens. A token that comes a second
 * time was stolen, before or after its first use: the session ends for both holders.
 *
 * @throws invalid_refresh_token
 */
export function makeRefreshSession ({ users, sessions, issueToken, identity, clock }: RefreshSessionPorts) {
  return async function refreshSession (text: string): Promise<SignedIn> {
    const token = parseRefreshToken(text)
    const session = token === null ? null : await sessions.find(token.sessionId)
    if (token === null || session === null) throw over()
    const { familyDigest, tokenDigest } = digestsOf(token, identity)
    // Only a holder of some token of this session may end it.
    if (familyDigest !== session.familyDigest) throw over()
    const now = clock()
    const user = await users.findByEmail(session.email)
    const next = newRefreshToken(token.sessionId, identity, token.family)
    const after = rotated(session, digestsOf(next, identity).tokenDigest, now)
    const isGood = tokenDigest === session.tokenDigest && isAlive(session, user, now)
    if (!isGood || !await sessions.replace(session, after)) {
      await sessions.remove(session.sessionId)
      throw over()
    }
    return signedIn(user, after, next, issueToken)
  }
}

function over (): DomainError {
  return new DomainError('invalid_refresh_token', 'the session has ended; sign in again')
}

export interface ListSessionsPorts {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly clock: Clock
}

/** The valid sessions of a user, newest first. Ended sessions are left out, so that a page may hold fewer items than its limit. */
export function makeListSessions ({ users, sessions, clock }: ListSessionsPorts) {
  return async function listSessions ({ userId, ...page }: PageRequest & { userId: string }): Promise<Page<Session>> {
    const [user, { items, nextKey }] = await Promise.all([users.find(userId), sessions.listOfUser(userId, page)])
    return { items: items.filter((session) => isAlive(session, user, clock())), nextKey }
  }
}

/** Ends a session of a user. @throws not_found also for a session of another user */
export function makeRevokeSession ({ sessions }: { sessions: SessionStore }) {
  return async function revokeSession ({ userId, sessionId }: { userId: string, sessionId: string }): Promise<void> {
    if ((await sessions.find(sessionId))?.userId !== userId) throw new DomainError('not_found', 'there is no such session')
    await sessions.remove(sessionId)
  }
}

/** Ends the session of a refresh token. An ended or unknown session changes nothing. */
export function makeSignOut ({ sessions, identity }: { sessions: SessionStore, identity: Identity }) {
  return async function signOut (refreshToken: string): Promise<void> {
    const token = parseRefreshToken(refreshToken)
    const session = token === null ? null : await sessions.find(token.sessionId)
    if (token === null || session === null || digestsOf(token, identity).familyDigest !== session.familyDigest) return
    await sessions.remove(session.sessionId)
  }
}
