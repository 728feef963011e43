import { ACCESS_TOKEN_LIFETIME_MS, type Session } from '#domain/accounts/session.js'
import type { User } from '#domain/accounts/user.js'
import type { Identity } from '../ports/system.js'
import type { TokenIssuer } from '../ports/credentials.js'
import { digestOf } from './mailed-secret.js'

/** The result of a sign-in or a refresh. */
export interface SignedIn {
  readonly user: User
  readonly accessToken: string
  readonly expiresInS: number
  /** For the next pair of tokens. */
  readonly refreshToken: string
  readonly refreshExpiresAt: string
}

/** The parts of a refresh token: its session, the secret of all tokens of the session, and the secret of this token. */
export interface RefreshToken {
  readonly sessionId: string
  readonly family: string
  readonly secret: string
}

export function newRefreshToken (sessionId: string, identity: Identity): RefreshToken {
  return { sessionId, family: identity.secret(), secret: identity.secret() }
}

export function digestsOf ({ family, secret }: RefreshToken, identity: Identity): Pick<Session, 'familyDigest' | 'tokenDigest'> {
  return { familyDigest: digestOf(family, identity), tokenDigest: digestOf(secret, identity) }
}

/** Null for a text that is not a refresh token. */
export function parseRefreshToken (text: string): RefreshToken | null {
  const [, sessionId, family, secret] = /^(ses_[\w-]{1,60})\.([\w-]{43})\.([\w-]{43})$/.exec(text) ?? []
  return sessionId === undefined || family === undefined || secret === undefined ? null : { sessionId, family, secret }
}

export function signedIn (user: User, session: Session, { sessionId, family, secret }: RefreshToken, issueToken: TokenIssuer): SignedIn {
  const { userId, role, email, emailVerified } = user
  return {
    user,
    accessToken: issueToken({ sub: userId, sid: sessionId, role, email, email_verified: emailVerified }),
    expiresInS: ACCESS_TOKEN_LIFETIME_MS / 1000,
    refreshToken: `${sessionId}.${family}.${secret}`,
    refreshExpiresAt: session.expiresAt,
  }
}
