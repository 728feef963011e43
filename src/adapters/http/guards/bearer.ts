import { roleOfToken, scopesOfToken, type Scope } from '#domain/accounts/permissions.js'
import type { Caller } from '#domain/accounts/session.js'
import { USER_ID_PATTERN, type Role } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import { SECOND_MS, type Timestamp } from '#domain/time.js'

export interface Claims {
  readonly sub?: unknown
  readonly role?: unknown
  readonly scope?: unknown
  readonly email?: unknown
  readonly email_verified?: unknown
  readonly phone_number?: unknown
  readonly phone_number_verified?: unknown
  readonly sid?: unknown
  readonly exp?: unknown
}

/** Checks signature, algorithm, issuer, audience and times of a token. @throws when one of them is wrong */
export type TokenVerifier = (token: string) => Claims | Promise<Claims>

/** Whom a token, a key or a session of the console stands for. */
export interface Bearer {
  readonly who: Caller
  readonly scopes: readonly Scope[]
  readonly until: Timestamp | null
}

/** A person with a token. */
export interface TokenBearer extends Bearer {
  /** Null where the token names none that counts. */
  readonly role: Role | null
}

export interface TokenOptions {
  readonly verifyToken: TokenVerifier
  /** The roles that count in a token. */
  readonly tokenRoles: readonly Role[]
}

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/
const USER_ID = new RegExp(USER_ID_PATTERN)

/** Whom a token stands for; null for every invalid one: the answer does not say what is wrong with it. @throws keys_unavailable */
export type PersonOf = (token: string) => TokenBearer | null | Promise<TokenBearer | null>

export function makePersonOf ({ verifyToken, tokenRoles }: TokenOptions): PersonOf {
  function bearerOf (claims: Claims): TokenBearer | null {
    const who = userFrom(claims)
    return who === null ? null : { who, role: roleOfToken(claims, tokenRoles), scopes: scopesOfToken(claims, tokenRoles), until: expiryOf(claims) }
  }

  return (token) => {
    if (!JWT.test(token)) return null
    try {
      const claims = verifyToken(token)
      return claims instanceof Promise ? claims.then(bearerOf, nullUnlessOurs) : bearerOf(claims)
    } catch {
      return null
    }
  }
}

export function expiryOf (claims: Claims | null): Timestamp | null {
  return typeof claims?.exp === 'number' ? new Date(claims.exp * SECOND_MS).toISOString() : null
}

/** A token that cannot be checked is not an invalid one. */
function nullUnlessOurs (error: unknown): null {
  if (error instanceof DomainError) throw error
  return null
}

export function userFrom ({ sub, email, email_verified: isVerified, phone_number: phone, phone_number_verified: isPhoneVerified, sid }: Claims): Caller | null {
  if (typeof sub !== 'string' || !USER_ID.test(sub)) return null
  // Anyone can claim an address that is not verified.
  const own = typeof email === 'string' && isVerified !== false ? { email } : {}
  const verified = isVerified === true && typeof email === 'string' ? { verifiedEmail: email } : {}
  return { userId: sub, admin: false, ...own, ...verified, ...(isPhoneVerified === true && typeof phone === 'string' ? { phone } : {}), ...(typeof sid === 'string' ? { sessionId: sid } : {}) }
}
