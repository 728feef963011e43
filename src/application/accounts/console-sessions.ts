import { newConsoleSession, type ConsoleSession } from '#domain/accounts/console-session.js'
import { scopesOfToken, type Scope } from '#domain/accounts/permissions.js'
import { hasSecondFactor, roleIn } from '#domain/accounts/second-factor-use.js'
import type { Caller } from '#domain/accounts/session.js'
import { STAFF_ROLES, type Role, type User } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import type { Timestamp } from '#domain/time.js'
import type { AuditUseCases } from '../audit/use-cases.js'
import type { AttemptStore, SessionStore } from '../ports/account-stores.js'
import type { Clock, Identity } from '../ports/system.js'
import { consoleSessionId, sharedTokenDigest } from './check-console-session.js'

/** By what a person enters, which was checked before. */
export type Entrant =
  | { readonly by: 'password', readonly user: User }
  | { readonly by: 'token' | 'link', readonly userId: string, readonly role: Role | null, readonly scopes: readonly Scope[], readonly until: Timestamp | null }
  | { readonly by: 'shared_token', readonly token: string }

export interface EnterConsoleCommand {
  readonly entrant: Entrant
  readonly device: string | null
  readonly requestId: string
}

/** A session, and its secret, which is stored nowhere. */
export interface Entry {
  readonly session: ConsoleSession
  readonly secret: string
}

export interface ConsolePorts {
  readonly sessions: SessionStore
  readonly attempts: AttemptStore
  readonly identity: Identity
  readonly clock: Clock
  /** Whether roles count only in sessions that were opened with a second factor. */
  readonly isSecondFactorRequired: boolean
}

export type ConsoleUseCases = ReturnType<typeof makeConsoleUseCases>

export function makeConsoleUseCases (ports: ConsolePorts, audit: Pick<AuditUseCases, 'recordAct'>) {
  return {
    enterConsole: makeEnterConsole(ports, audit),
    leaveConsole: async (sessionId: string): Promise<void> => { await ports.sessions.remove(sessionId) },
    spendLink: makeSpendLink(ports),
  }
}

/**
 * Begins a session of the console, with its line in the audit log: without it no one learns the secret.
 *
 * @throws forbidden for a person who may do nothing for others
 */
function makeEnterConsole ({ sessions, identity, clock, isSecondFactorRequired }: ConsolePorts, { recordAct }: Pick<AuditUseCases, 'recordAct'>) {
  return async function enterConsole ({ entrant, device, requestId }: EnterConsoleCommand): Promise<Entry> {
    const secret = identity.secret()
    const sessionId = consoleSessionId(secret, identity)
    const begun = begin(entrant, sessionId)
    const session = newConsoleSession({ sessionId, device, ...begun }, clock())
    await sessions.insert(session)
    const caller: Caller = { userId: begun.user?.userId ?? null, admin: true }
    await recordAct({ caller, requestId }, { action: 'enterConsole', targetId: sessionId, outcome: 'done', detail: { by: entrant.by } })
    return { session, secret }
  }

  function begin (entrant: Entrant, sessionId: string): Pick<Parameters<typeof newConsoleSession>[0], 'user' | 'hasSecondFactor' | 'granted' | 'until'> {
    switch (entrant.by) {
      case 'password': {
        const { user } = entrant
        const entered = { hasSecondFactor: hasSecondFactor(user) }
        if (scopesOfToken({ role: roleIn(entered, user, isSecondFactorRequired) }, STAFF_ROLES).length === 0) throw hasNoRole()
        return { ...entered, user, granted: { scopes: null, role: null, sharedToken: null }, until: null }
      }
      case 'shared_token': return { user: null, granted: { scopes: null, role: null, sharedToken: sharedTokenDigest(sessionId, entrant.token, identity) }, until: null }
      default: {
        const { userId, role, scopes, until } = entrant
        if (scopes.length === 0) throw hasNoRole()
        return { user: { userId, email: '', epoch: 0 }, granted: { scopes, role, sharedToken: null }, until }
      }
    }
  }
}

function hasNoRole (): DomainError {
  return new DomainError('forbidden', 'the console is for people with a role, and with a second factor where roles need one')
}

/** Spends a link that is good until then. False: it was spent before. */
function makeSpendLink ({ attempts, identity }: ConsolePorts) {
  return async function spendLink (code: string, until: Timestamp): Promise<boolean> {
    let isFirst = false
    await attempts.update(identity.derived('try', ['link', code]), (before) => {
      isFirst = before === null
      return before ?? { count: 1, blockedUntil: null, expiresAt: until, version: 1 }
    })
    return isFirst
  }
}
