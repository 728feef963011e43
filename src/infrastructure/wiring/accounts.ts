import { makeCheckSession, type CheckSessionPorts, type SessionFacts } from '#application/accounts/check-session.js'
import { makeThrottle, type ThrottlePorts } from '#application/accounts/throttle.js'
import { makeAccountUseCases, type AccountPorts } from '#application/accounts/use-cases.js'
import { ACCESS_TOKEN_LIFETIME_MS } from '#domain/accounts/session.js'
import type { Accounts } from '#adapters/http/accounts/auth-routes.js'
import type { Claims, TokenVerifier } from '#adapters/http/guards/auth.js'
import { localTokens } from '#adapters/tokens/local-tokens.js'
import type { LocalAuthConfig } from '../config/config.js'

type Ports = Omit<AccountPorts, 'throttle' | 'issueToken' | 'linkBase'> & ThrottlePorts & CheckSessionPorts & {
  /** Where links lead whose base nobody has configured: in development alone. */
  readonly publicUrl: () => string
}

export interface LocalAccounts extends Accounts {
  readonly verifyToken: TokenVerifier
}

/** Accounts of our own, and the tokens by which their users come back. */
export function makeAccounts (ports: Ports, auth: LocalAuthConfig): LocalAccounts {
  const { sign, verify, published } = localTokens(auth, ACCESS_TOKEN_LIFETIME_MS)
  const all = { ...portsOf(ports), throttle: makeThrottle(ports), issueToken: sign, linkBase: () => auth.linkBase ?? ports.publicUrl() }
  return {
    keys: [...published],
    verifyToken: sessionVerifier(verify, makeCheckSession(ports)),
    useCases: makeAccountUseCases(all),
  }
}

/** By name, because what is given is a container that knows more. */
function portsOf ({ users, sessions, attempts, passwords, notifier, background, identity, clock }: Ports) {
  return { users, sessions, attempts, passwords, notifier, background, identity, clock }
}

/** A token is good while its session is; what has changed since about its user counts, and not what the token says. */
function sessionVerifier (verify: (token: string) => Record<string, unknown>, checkSession: ReturnType<typeof makeCheckSession>): TokenVerifier {
  return (token) => {
    const claims = verify(token)
    const facts = checkSession(String(claims['sid']), String(claims['sub']))
    return facts instanceof Promise ? facts.then((found) => asOfNow(claims, found)) : asOfNow(claims, facts)
  }
}

function asOfNow (claims: Record<string, unknown>, facts: SessionFacts | null): Claims {
  if (facts === null) throw new Error('the session is over')
  return { ...claims, role: facts.role, email: facts.email, email_verified: facts.emailVerified }
}
