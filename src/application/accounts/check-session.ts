import { roleIn } from '#domain/accounts/second-factor-use.js'
import { isAlive } from '#domain/accounts/session.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { Role } from '#domain/accounts/user.js'
import type { Clock } from '../ports/system.js'
import type { SessionStore, UserStore } from '../ports/account-stores.js'
import { watchedSessions, watchedUsers } from './watched-stores.js'

/** How long an answer of the store is remembered, and so how long a session may continue that another node has ended. */
export const SESSION_TRUST_MS = 30_000
const REMEMBERED_SESSIONS = 10_000

/** The present state of a session's user, which overrides the claims of the token. */
export interface SessionFacts {
  readonly role: Role
  readonly email: string
  readonly emailVerified: boolean
}

interface Remembered {
  readonly userId: string
  readonly until: Timestamp
  /** The answer, or the promise of it while the store is asked. */
  facts: SessionFacts | null | Promise<SessionFacts | null>
}

export interface CheckSessionPorts {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly clock: Clock
  /** Whether roles count only in sessions that were opened with a second factor. */
  readonly isSecondFactorRequired?: boolean
}

export interface SessionCheck {
  /**
   * Checks the session of an access token, which alone would be valid until it expires; null means that the session has ended.
   * The store is asked every `SESSION_TRUST_MS` for each session, and not with each request.
   */
  readonly checkSession: (sessionId: string, userId: string) => Remembered['facts']
  /** The stores, whose changes this process sees at once: the next request of a session asks again. */
  readonly watched: Pick<CheckSessionPorts, 'users' | 'sessions'>
}

export function makeSessionCheck ({ users, sessions, clock, isSecondFactorRequired = false }: CheckSessionPorts): SessionCheck {
  const remembered = new Map<string, Remembered>()

  function checkSession (sessionId: string, userId: string): Remembered['facts'] {
    const known = remembered.get(sessionId)
    const now = clock()
    if (known !== undefined && now < known.until) return known.facts
    if (remembered.size >= REMEMBERED_SESSIONS) remembered.clear()
    const entry: Remembered = { userId, until: laterBy(now, SESSION_TRUST_MS), facts: ask(sessionId, userId) }
    remembered.set(sessionId, entry)
    return keep(sessionId, entry, entry.facts)
  }

  /** Keeps the answer. After an error the next request asks again. */
  async function keep (sessionId: string, entry: Remembered, asked: Remembered['facts']): Promise<SessionFacts | null> {
    try {
      const facts = await asked
      entry.facts = facts
      return facts
    } catch (error) {
      remembered.delete(sessionId)
      throw error
    }
  }

  function forgetUser (changed: string): void {
    for (const [sessionId, { userId }] of remembered) if (userId === changed) remembered.delete(sessionId)
  }

  async function ask (sessionId: string, userId: string): Promise<SessionFacts | null> {
    const session = await sessions.find(sessionId)
    if (session === null || session.userId !== userId) return null
    const user = await users.findByEmail(session.email)
    return isAlive(session, user, clock()) ? { role: roleIn(session, user, isSecondFactorRequired), email: user.email, emailVerified: user.emailVerified } : null
  }

  return { checkSession, watched: { users: watchedUsers(users, forgetUser), sessions: watchedSessions(sessions, (sessionId) => { remembered.delete(sessionId) }) } }
}
