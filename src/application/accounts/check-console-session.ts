import { isOfConsole, isToNote, usedAt, userIdIn, type ConsoleSession } from '#domain/accounts/console-session.js'
import { SCOPES, scopesOfToken, type Scope } from '#domain/accounts/permissions.js'
import { roleIn } from '#domain/accounts/second-factor-use.js'
import { isAlive } from '#domain/accounts/session.js'
import { STAFF_ROLES, type Role, type User } from '#domain/accounts/user.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { Background, Clock, Identity } from '../ports/system.js'
import type { SessionStore, UserStore } from '../ports/account-stores.js'
import { SESSION_TRUST_MS } from './check-session.js'
import { watchedSessions, watchedUsers } from './watched-stores.js'

const REMEMBERED_SESSIONS = 1000

/** Who has entered the console. */
export interface Entered {
  readonly session: ConsoleSession
  /** Null: they are no user, and hold the shared token. */
  readonly userId: string | null
  /** The user as stored; null where another issuer knows the users. */
  readonly user: User | null
  readonly role: Role | null
  readonly scopes: readonly Scope[]
}

export interface CheckConsolePorts {
  readonly users: UserStore
  readonly sessions: SessionStore
  /** The shared tokens that count. */
  readonly adminTokens: readonly string[]
  readonly identity: Identity
  readonly background: Background
  readonly clock: Clock
  /** Whether roles count only in sessions that were opened with a second factor. */
  readonly isSecondFactorRequired?: boolean
}

export interface ConsoleCheck {
  /**
   * Who has entered with this secret; null for a session that has ended, was revoked, or may do nothing any more. A store is asked every
   * `SESSION_TRUST_MS` for each session. `isUse`: the session goes on from now; it is noted once a minute. @throws store_unavailable
   */
  readonly checkConsole: (secret: string, isUse: boolean) => Entered | null | Promise<Entered | null>
  /** The stores, whose changes this process sees at once. */
  readonly watched: Pick<CheckConsolePorts, 'users' | 'sessions'>
}

interface Remembered {
  readonly until: Timestamp
  entered: Entered | null | Promise<Entered | null>
  isNoted: boolean
}

/** The id of a session, a digest that lets no one in. */
export function consoleSessionId (secret: string, identity: Identity): string {
  return identity.derived('con', [secret])
}

/** Says which shared token a session began with, and is another text for each session. */
export function sharedTokenDigest (sessionId: string, token: string, identity: Identity): string {
  return identity.derived('adm', [sessionId, token])
}

export function makeConsoleCheck ({ users, sessions, adminTokens, identity, background, clock, isSecondFactorRequired = false }: CheckConsolePorts): ConsoleCheck {
  const remembered = new Map<string, Remembered>()
  const watched = { users: watchedUsers(users, forgetUser), sessions: watchedSessions(sessions, (sessionId) => { remembered.delete(sessionId) }) }

  function checkConsole (secret: string, isUse: boolean): Entered | null | Promise<Entered | null> {
    const sessionId = consoleSessionId(secret, identity)
    const entry = entryOf(sessionId)
    const { entered } = entry
    return entered instanceof Promise ? entered.then((found) => current(entry, found, isUse)) : current(entry, entered, isUse)
  }

  function entryOf (sessionId: string): Remembered {
    const known = remembered.get(sessionId)
    const now = clock()
    if (known !== undefined && now < known.until) return known
    if (remembered.size >= REMEMBERED_SESSIONS) remembered.clear()
    const asked = ask(sessionId, now)
    const entry: Remembered = { until: laterBy(now, SESSION_TRUST_MS), entered: asked, isNoted: false }
    remembered.set(sessionId, entry)
    // What is no session is not remembered: guesses push no session out. After an error the next request asks again.
    asked.then((found) => {
      entry.entered = found
      if (found === null) remembered.delete(sessionId)
    }, () => { remembered.delete(sessionId) })
    return entry
  }

  async function ask (sessionId: string, now: Timestamp): Promise<Entered | null> {
    const session = await sessions.find(sessionId)
    return isOfConsole(session) ? await enteredBy(session, now) : null
  }

  async function enteredBy (session: ConsoleSession, now: Timestamp): Promise<Entered | null> {
    const { sessionId, console: { scopes, role, sharedToken } } = session
    const userId = userIdIn(session)
    if (sharedToken !== null) {
      const isKnown = adminTokens.some((token) => sharedTokenDigest(sessionId, token, identity) === sharedToken)
      return isKnown ? { session, userId, user: null, role: null, scopes: SCOPES } : null
    }
    if (scopes !== null) return { session, userId, user: null, role, scopes }
    const user = await users.findByEmail(session.email)
    if (!isAlive(session, user, now)) return null
    const roleNow = roleIn(session, user, isSecondFactorRequired)
    const own = scopesOfToken({ role: roleNow }, STAFF_ROLES)
    return own.length === 0 ? null : { session, userId, user, role: roleNow, scopes: own }
  }

  function current (entry: Remembered, entered: Entered | null, isUse: boolean): Entered | null {
    const now = clock()
    if (entered === null || now >= entered.session.expiresAt) return null
    if (isUse && !entry.isNoted && isToNote(entered.session, now)) note(entry, entered.session.sessionId)
    return entered
  }

  /** After the answer. */
  function note (entry: Remembered, sessionId: string): void {
    try {
      background(async () => {
        // As stored now: another node may have noted something else.
        const session = await sessions.find(sessionId)
        if (isOfConsole(session)) await watched.sessions.replace(session, usedAt(session, clock()))
      })
      entry.isNoted = true
    } catch {
      // Too many tasks wait. The next request notes it.
    }
  }

  function forgetUser (changed: string): void {
    for (const [sessionId, { entered }] of remembered) if (entered instanceof Promise || entered?.userId === changed) remembered.delete(sessionId)
  }

  return { checkConsole, watched }
}
