import { makeConsoleCheck, type CheckConsolePorts, type ConsoleCheck } from '#application/accounts/check-console-session.js'
import { type CheckSessionPorts, makeSessionCheck, type SessionCheck, type SessionFacts } from '#application/accounts/check-session.js'
import { makeThrottle, type ThrottlePorts } from '#application/accounts/throttle.js'
import { makeRequireStepUp, type RequireStepUp } from '#application/accounts/step-up.js'
import { type AccountPorts, makeAccountUseCases } from '#application/accounts/use-cases.js'
import { type IsReachable, makeReceivers } from '#application/messages/receivers.js'
import { ACCESS_TOKEN_LIFETIME_MS } from '#domain/accounts/session.js'
import type { SessionStore, UserStore } from '#application/ports/account-stores.js'
import type { Accounts } from '#adapters/http/accounts/auth-routes.js'
import type { Claims, TokenVerifier } from '#adapters/http/guards/bearer.js'
import { makeCommonPasswords } from '#adapters/passwords/common-passwords.js'
import { makeJwksTokenVerifier } from '#adapters/tokens/jwks-tokens.js'
import { withLifetime } from '#adapters/tokens/lifetime.js'
import { makePhoneCodes } from '#adapters/tokens/phone-codes.js'
import { makeLocalTokens, makeSecretTokenVerifier } from '#adapters/tokens/own-tokens.js'
import { makeRefreshSuccessors } from '#adapters/tokens/refresh-successors.js'
import { makeSecondFactors } from '#adapters/tokens/second-factors.js'
import type { Config } from '../config/config.js'
import type { LocalAuthConfig } from '../config/local-auth-config.js'

type Ports = Omit<AccountPorts, 'throttle' | 'isCommonPassword' | 'issueToken' | 'refreshSuccessors' | 'linkBase' | 'phoneCodes' | 'secondFactors' | 'requireStepUp'> & ThrottlePorts & CheckSessionPorts & Omit<CheckConsolePorts, 'adminTokens'> & {
  readonly config: Config
  /** The base of links where none is configured, which development allows. */
  readonly publicUrl: () => string
}

/** How the service recognizes callers. */
export interface Access {
  /** Null where another issuer knows the users. */
  readonly accounts: Accounts | null
  readonly verifyToken: TokenVerifier
  /** Users, whose changes this process sees at once. */
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly checkConsole: ConsoleCheck['checkConsole']
  readonly isReachable: IsReachable
  /** Whether a session goes on; always where this service keeps none. */
  readonly isSessionOpen: (sessionId: string, userId: string) => Promise<boolean>
  readonly requireStepUp: RequireStepUp
}

/** Where another issuer knows the people, anyone may be there. */
const ANYONE: IsReachable = async () => true
/** How people sign in elsewhere is for their issuer to decide. */
const ELSEWHERE = { isReachable: ANYONE, isSessionOpen: ANYONE, requireStepUp: async () => {} }

export function makeAccess (ports: Ports): Access {
  const { config: { auth, tokenMaxMs, adminTokens }, users, sessions, identity, background, clock } = ports
  const others = (): Omit<Access, 'verifyToken'> => {
    const { checkConsole, watched } = makeConsoleCheck({ users, sessions, adminTokens, identity, background, clock })
    return { accounts: null, ...watched, checkConsole, ...ELSEWHERE }
  }
  switch (auth.mode) {
    case 'secret': return { ...others(), verifyToken: withLifetime(makeSecretTokenVerifier(auth), tokenMaxMs) }
    case 'jwks': return { ...others(), verifyToken: withLifetime(makeJwksTokenVerifier(auth), tokenMaxMs) }
    case 'local': return makeLocalAccess(ports, auth)
  }
}

/** Accounts of this service, and the access tokens of their users. */
function makeLocalAccess (ports: Ports, auth: LocalAuthConfig): Access {
  const { config, registrations, sessions, erasures, passwords, notifier, background, attempts, isSmsCountry, identity, clock, publicUrl } = ports
  const { sign, verify, published } = makeLocalTokens(auth, ACCESS_TOKEN_LIFETIME_MS)
  const { isReachable, watched: watchedUsers } = makeReceivers(ports)
  const { isSecondFactorRequired } = auth
  const { checkSession, watched: watchedSessions } = makeSessionCheck({ users: watchedUsers, sessions, clock, isSecondFactorRequired })
  const { checkConsole, watched } = makeConsoleCheck({ ...watchedSessions, adminTokens: config.adminTokens, identity, background, clock, isSecondFactorRequired })
  const requireStepUp = makeRequireStepUp({ ...watched, clock })
  const useCases = makeAccountUseCases({
    ...watched,
    registrations,
    erasures,
    passwords,
    isCommonPassword: makeCommonPasswords(),
    notifier,
    background,
    attempts,
    isSmsCountry,
    phoneCodes: makePhoneCodes(auth.keys[0]),
    secondFactors: makeSecondFactors(auth.secondFactorKeys),
    requireStepUp,
    identity,
    clock,
    throttle: makeThrottle(ports),
    issueToken: sign,
    refreshSuccessors: makeRefreshSuccessors(auth.keys),
    linkBase: () => auth.linkBase ?? publicUrl(),
  })
  return {
    accounts: { keys: [...published], useCases },
    verifyToken: makeSessionVerifier(verify, checkSession),
    ...watched,
    checkConsole,
    isReachable,
    isSessionOpen: async (sessionId, userId) => await checkSession(sessionId, userId) !== null,
    requireStepUp,
  }
}

/** A token is valid while its session is. Role and e-mail come from the user as stored, because they may have changed since the token was signed. */
function makeSessionVerifier (verify: (token: string) => Record<string, unknown>, checkSession: SessionCheck['checkSession']): TokenVerifier {
  return (token) => {
    const claims = verify(token)
    const facts = checkSession(String(claims['sid']), String(claims['sub']))
    return facts instanceof Promise ? facts.then((found) => currentClaims(claims, found)) : currentClaims(claims, facts)
  }
}

function currentClaims (claims: Record<string, unknown>, facts: SessionFacts | null): Claims {
  if (facts === null) throw new Error('the session is over')
  return { ...claims, role: facts.role, email: facts.email, email_verified: facts.emailVerified }
}
