import { isAlive } from '#domain/accounts/session.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { Role } from '#domain/accounts/user.js'
import type { Clock } from '../ports/clock.js'
import type { SessionStore } from '../ports/session-store.js'
import type { UserStore } from '../ports/user-store.js'

/** How long what was found is believed: how long an ended session may go on. */
export const SESSION_TRUST_MS = 30_000
const REMEMBERED_SESSIONS = 10_000

/** What stands of a session's user now, whatever its token says. */
export interface SessionFacts {
  readonly role: Role
  readonly email: string
  readonly emailVerified: boolean
}

interface Remembered {
  readonly until: Timestamp
  /** The answer, at once where there is one. */
  facts: SessionFacts | null | Promise<SessionFacts | null>
}

export interface CheckSessionPorts {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly clock: Clock
}

/**
 * Whether a session still lets its user in; null where it does not. An access token alone would do so until it runs out. The store is
 * asked once in a while for each session, and not with each request.
 */
export function makeCheckSession ({ users, sessions, clock }: CheckSessionPorts) {
  const remembered = new Map<string, Remembered>()

  return function checkSession (sessionId: string, userId: string): Remembered['facts'] {
    const known = remembered.get(sessionId)
    const now = clock()
    if (known !== undefined && now < known.until) return known.facts
    if (remembered.size >= REMEMBERED_SESSIONS) remembered.clear()
    const entry: Remembered = { until: laterBy(now, SESSION_TRUST_MS), facts: ask(sessionId, userId) }
    remembered.set(sessionId, entry)
    return keep(sessionId, entry, entry.facts)
  }

  /** What the store could not say is asked again. */
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

  async function ask (sessionId: string, userId: string): Promise<SessionFacts | null> {
    const session = await sessions.find(sessionId)
    if (session === null || session.userId !== userId) return null
    const user = await users.findByEmail(session.email)
    return isAlive(session, user, clock()) ? { role: user.role, email: user.email, emailVerified: user.emailVerified } : null
  }
}
