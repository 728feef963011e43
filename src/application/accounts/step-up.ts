import { hasSecondFactor } from '#domain/accounts/second-factor-use.js'
import { isSteppedUp, steppedUp, type Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import type { SessionStore, UserStore } from '../ports/account-stores.js'
import type { Clock } from '../ports/system.js'
import { getUserOf } from './profile.js'
import { useCode, type CodePorts, type TypedCode } from './use-code.js'

export interface StepUpCommand extends TypedCode {
  readonly userId: string
  /** Null: the request came in no session of ours. */
  readonly sessionId: string | null
}

/** Asks a person with a second factor for a code again, unless one was sent in their session a moment ago. @throws step_up_required */
export type RequireStepUp = (caller: Caller) => Promise<void>

/** Notes in a session that its person has just sent a code. @throws second_factor_off, wrong_code, not_found, too_many_attempts */
export function makeStepUp (ports: CodePorts & { readonly sessions: SessionStore }) {
  const { users, sessions, clock } = ports
  return async function stepUp ({ userId, sessionId, ...typed }: StepUpCommand): Promise<void> {
    await useCode(ports, await getUserOf(users, userId), typed)
    await note(sessionId)
  }

  async function note (sessionId: string | null): Promise<void> {
    const session = sessionId === null ? null : await sessions.find(sessionId)
    if (session === null) throw new DomainError('not_found', 'the session has ended')
    // False where the session was refreshed in between.
    if (!await sessions.replace(session, steppedUp(session, clock()))) await note(sessionId)
  }
}

/**
 * Whether a code is needed again is read from the store: another node may have taken the last one. Callers without a session of ours are no
 * people with a second factor: services with a key, and the shared token.
 */
export function makeRequireStepUp ({ users, sessions, clock }: { readonly users: UserStore, readonly sessions: SessionStore, readonly clock: Clock }): RequireStepUp {
  return async ({ userId, sessionId }) => {
    if (userId === null || sessionId === undefined) return
    const session = await sessions.find(sessionId)
    const user = session === null ? null : await users.findByEmail(session.email)
    // A session or an address that is gone since the request was let in.
    const isFree = session !== null && user !== null && (!hasSecondFactor(user) || isSteppedUp(session, clock()))
    if (!isFree) throw new DomainError('step_up_required', 'send a code of your second factor to POST /api/auth/step-up')
  }
}
