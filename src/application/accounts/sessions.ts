import { isAlive, isRepeatable, rotated, type Session } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import type { Clock, Identity } from '../ports/system.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { SessionStore, UserStore } from '../ports/account-stores.js'
import type { RefreshSuccessors, TokenIssuer } from '../ports/credentials.js'
import { digestOf } from './mailed-secret.js'
import { digestsOf, parseRefreshToken, signedIn, type SignedIn } from './session-tokens.js'

export interface RefreshSessionPorts {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly issueToken: TokenIssuer
  readonly refreshSuccessors: RefreshSuccessors
  readonly identity: Identity
  readonly clock: Clock
}

/**
 * Exchanges a refresh token for the next pair of tokens (RFC 9700, 4.14.2). The successor of a token is derived from it, so that its holder
 * gets the same one again for `REPEAT_MS`, while it is unused: the answer may be lost, or another tab may have asked. A token that comes
 * later, or after its successor was used, was stolen before or after its first use: the session ends for both holders.
 *
 * @throws invalid_refresh_token
 */
export function makeRefreshSession ({ users, sessions, issueToken, refreshSuccessors, identity, clock }: RefreshSessionPorts) {
  return async function refreshSession (text: string): Promise<SignedIn> {
    const token = parseRefreshToken(text)
    const found = token === null ? null : await sessions.find(token.sessionId)
    if (token === null || found === null) throw over()
    const { familyDigest, tokenDigest } = digestsOf(token, identity)
    // Only a holder of some token of this session may end it.
    if (familyDigest !== found.familyDigest) throw over()
    const now = clock()
    const user = await users.findByEmail(found.email)
    const next = refreshSuccessors.next(token)
    const after = rotated(found, digestOf(next, identity), now)
    if (tokenDigest === found.tokenDigest && isAlive(found, user, now) && await sessions.replace(found, after)) return signedIn(user, after, { ...token, secret: next }, issueToken)
    // The answer was lost, or another request with this token came first.
    const session = await sessions.find(found.sessionId)
    const again = refreshSuccessors.all(token).find((secret) => digestOf(secret, identity) === session?.tokenDigest)
    if (session !== null && again !== undefined && isRepeatable(session, now) && isAlive(session, user, now)) return signedIn(user, session, { ...token, secret: again }, issueToken)
    await sessions.remove(found.sessionId)
    throw over()
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
