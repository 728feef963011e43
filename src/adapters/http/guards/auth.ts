import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { HttpProblem } from '../shared/problem.js'
import { USER_ID_PATTERN } from '../shared/schemas.js'

/** Who may call a route. Every route names one. */
export type Policy =
  | 'public'
  /** A person: a token with a user id. */
  | 'user'
  /** A person, or an administrator with the shared token. */
  | 'user-or-admin'
  /** An administrator: a person with that role, or the shared token. */
  | 'admin'
  /** A payment provider, who proves himself by his signature in the use case. */
  | 'provider'

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: Policy
  }
  interface FastifyRequest {
    caller: Caller | null
    /** True when credentials came along that prove nothing. */
    badCredentials: boolean
  }
}

export interface Claims {
  readonly sub?: unknown
  readonly role?: unknown
  readonly email?: unknown
  readonly email_verified?: unknown
  readonly sid?: unknown
}

/** Checks signature, algorithm, issuer, audience and times of a token; throws when any is wrong. */
export type TokenVerifier = (token: string) => Claims | Promise<Claims>

export interface AuthOptions {
  readonly verifyToken: TokenVerifier
  /** Null: the shared token is never accepted. */
  readonly adminToken: string | null
}

const USER_ID = new RegExp(USER_ID_PATTERN)

/** Finds out who calls, before limits are counted, and lets him in, afterwards. */
export function registerAuth (app: FastifyInstance, { verifyToken, adminToken }: AuthOptions): void {
  const isAdminToken = adminToken === null ? () => false : equals(adminToken)
  app.decorateRequest('caller', null)
  app.decorateRequest('badCredentials', false)
  app.addHook('onRequest', (request, _reply, done) => {
    const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const claims = bearer === undefined ? null : claimsOf(bearer)
    // Only where keys have to be fetched does a request wait: a promise for each would cost more than the check.
    if (claims instanceof Promise) claims.then((known) => { recognise(request, known) }).then(() => { done() }, done)
    else {
      recognise(request, claims)
      done()
    }
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    authorise(request)
    done()
  })
  requirePolicies(app)

  function recognise (request: FastifyRequest, claims: Claims | null): void {
    const sharedToken = request.headers['x-admin-token']
    const shared = typeof sharedToken === 'string' && isAdminToken(sharedToken)
    const person = claims === null ? null : personOf(claims)
    request.badCredentials = (sharedToken !== undefined && !shared) || (request.headers.authorization !== undefined && person === null)
    if (!request.badCredentials && (shared || person !== null)) {
      request.caller = { userId: null, ...person, admin: shared || person?.admin === true }
    }
  }

  /** Null for whatever token is wrong: nobody is told in what way. @throws keys_unavailable */
  function claimsOf (token: string): Claims | null | Promise<Claims | null> {
    try {
      const claims = verifyToken(token)
      return claims instanceof Promise ? claims.catch(nullUnlessOurs) : claims
    } catch {
      return null
    }
  }
}

/** That we can't check is no fault of the token. */
function nullUnlessOurs (error: unknown): null {
  if (error instanceof DomainError) throw error
  return null
}

function personOf ({ sub, role, email, email_verified: isVerified, sid }: Claims): Caller | null {
  if (typeof sub !== 'string' || !USER_ID.test(sub)) return null
  // An address that nobody has verified is what its holder likes to be called.
  const verified = isVerified === true && typeof email === 'string' ? { verifiedEmail: email } : {}
  return { userId: sub, admin: role === 'admin', ...verified, ...(typeof sid === 'string' ? { sessionId: sid } : {}) }
}

/** Before the body is read: what comes from a stranger is not worth the work. */
function authorise (request: FastifyRequest): void {
  const { policy } = request.routeOptions.config
  if (policy === 'user') userOf(request)
  if (policy === 'user-or-admin') callerOf(request)
  if (policy === 'admin' && !callerOf(request).admin) throw new DomainError('forbidden', 'this is for administrators')
}

/** A route that nobody has thought about must not exist. The not-found handler is none. */
function requirePolicies (app: FastifyInstance): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => { routes.push(route) })
  app.addHook('onReady', async () => {
    const open = routes.filter(({ config }) => config?.policy === undefined)
    if (open.length > 0) throw new Error(`routes without a policy: ${open.map(({ method, url }) => `${String(method)} ${url}`).join(', ')}`)
  })
}

/** Compares digests, which have one length, in constant time: neither length nor content of the secret shows. */
function equals (secret: string): (candidate: string) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = digest(secret)
  return (candidate) => timingSafeEqual(digest(candidate), expected)
}

/** The person who calls. @throws unauthorized */
export function userOf (request: FastifyRequest): string {
  const { userId } = callerOf(request)
  if (userId === null) throw new HttpProblem('unauthorized', 'this needs the token of a person')
  return userId
}

/** Whoever calls. @throws unauthorized */
export function callerOf ({ caller, badCredentials }: FastifyRequest): Caller {
  if (caller !== null) return caller
  throw new HttpProblem('unauthorized', badCredentials ? 'the credentials are not valid (any more)' : 'send Authorization: Bearer <token>')
}
