import type { FastifyContextConfig, FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Caller } from '#domain/accounts/session.js'
import { allows, isEvery, SCOPES, scopesOfToken, type Scope } from '#domain/accounts/permissions.js'
import { USER_ID_PATTERN, type Role } from '#domain/accounts/user.js'
import { DomainError } from '#domain/errors.js'
import type { ApiKey } from '#domain/accounts/api-key.js'
import type { CheckApiKey } from '#application/accounts/check-api-key.js'
import { SECOND_MS, type Timestamp } from '#domain/time.js'
import { HttpProblem } from '../shared/problem.js'
import { trustIn } from './proxies.js'
import { oneOfSecrets } from './secrets.js'

/** Who may call a route. Each route states one in its config: a service with a route that states none does not start. */
export type Policy =
  | 'public'
  /** Anyone. Callers with credentials are known by them, and refused where these are not valid. */
  | 'guest'
  /** A user: a token with a user id. */
  | 'user'
  /** A user, for themselves, or for others with the scope of the route; or a service or an operator, for others alone. */
  | 'user-or-admin'
  /** Only those who have the scope of the route: a user with a role, a service with an API key, or an operator with the shared token. */
  | 'admin'
  /** A payment provider: the use case checks the signature. */
  | 'provider'

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: Policy
    /** What callers need to act for others here. Routes for administrators state one; on a route without one, administrators with every scope act as such. */
    scope?: Scope
    /** The answer is a stream, which lasts: its time says nothing about the service. */
    isStream?: boolean
    /** The answer may wait for news: its time says nothing about the service. */
    waits?: boolean
    /** `?ticket=` takes the place of a token. */
    takesTicket?: boolean
  }
  interface FastifyRequest {
    caller: Caller | null
    /** True when the request carries credentials of which one is not valid. */
    badCredentials: boolean
    /** When the token of the caller expires; null without one. */
    credentialsUntil: Timestamp | null
  }
}

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

export interface AuthOptions {
  readonly verifyToken: TokenVerifier
  /** The same for tickets. Null for every invalid one. */
  readonly readTicket: (ticket: string) => Promise<Claims | null>
  readonly checkApiKey: CheckApiKey
  /** The shared tokens of the operators, the present one and that of before. */
  readonly adminTokens: readonly string[]
  /** The roles that count in a token. */
  readonly tokenRoles: readonly Role[]
}

/** Whom a token or a key stands for. */
interface Bearer {
  readonly who: Caller
  readonly scopes: readonly Scope[]
  readonly until: Timestamp | null
}

/** A caller who is no user. */
const NO_ONE: Caller = { userId: null, admin: false }
const OPERATOR: Bearer = { who: NO_ONE, scopes: SCOPES, until: null }
const BEARER = /^Bearer (\S+)$/i
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/
/** An address without a route has no policy. */
const ANONYMOUS: ReadonlySet<Policy | undefined> = new Set<Policy | undefined>(['public', 'provider', undefined])
/** A text of another form breaks the schema of the query. */
const TICKET = /^[\w-]{1,1024}\.[\w-]{43}$/
const USER_ID = new RegExp(USER_ID_PATTERN)

/** Identifies the caller before the rate limit counts, and authorises the call after it. */
export function registerAuth (app: FastifyInstance, { verifyToken, readTicket, checkApiKey, adminTokens, tokenRoles }: AuthOptions): void {
  const isAdminToken = oneOfSecrets(adminTokens)
  app.decorateRequest('caller', null)
  app.decorateRequest('badCredentials', false)
  app.decorateRequest('credentialsUntil', null)
  app.addHook('onRequest', (request, _reply, done) => {
    // A route that anyone may call depends on no token, and on no issuer of tokens.
    if (ANONYMOUS.has(request.routeOptions.config.policy)) return done()
    const { ticket } = request.query as { readonly ticket?: unknown }
    if (request.routeOptions.config.takesTicket === true && typeof ticket === 'string' && TICKET.test(ticket)) {
      readTicket(ticket).then((claims) => { admit(request, claims) }).then(() => { done() }, done)
      return
    }
    const [, token = ''] = BEARER.exec(request.headers.authorization ?? '') ?? []
    const bearer = token.startsWith('key_') ? serviceOf(token, request) : JWT.test(token) ? personOf(token) : null
    // A request waits only for keys that have to be fetched: a promise for each request would cost more than the check.
    if (bearer instanceof Promise) bearer.then((known) => { recognise(request, known) }).then(() => { done() }, done)
    else {
      recognise(request, bearer)
      done()
    }
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    authorise(request)
    done()
  })
  requirePolicies(app)

  function recognise (request: FastifyRequest, bearer: Bearer | null): void {
    const sharedToken = request.headers['x-admin-token']
    const shared = typeof sharedToken === 'string' && isAdminToken(sharedToken)
    request.badCredentials = (sharedToken !== undefined && !shared) || (request.headers.authorization !== undefined && bearer === null)
    if (request.badCredentials || (!shared && bearer === null)) return
    const { who, scopes: own, until } = bearer ?? OPERATOR
    const scopes = shared ? SCOPES : own
    request.credentialsUntil = until
    request.caller = { ...who, admin: actsForOthers(scopes, request.routeOptions.config), ...(scopes.length > 0 && { scopes }) }
  }

  function admit (request: FastifyRequest, claims: Claims | null): void {
    const user = claims === null ? null : userFrom(claims)
    request.badCredentials = user === null
    request.credentialsUntil = expiryOf(claims)
    request.caller = user
  }

  /** Null for every invalid token: the answer does not say what is wrong with it. @throws keys_unavailable */
  function personOf (token: string): Bearer | null | Promise<Bearer | null> {
    try {
      const claims = verifyToken(token)
      return claims instanceof Promise ? claims.then(bearerOf, nullUnlessOurs) : bearerOf(claims)
    } catch {
      return null
    }
  }

  function bearerOf (claims: Claims): Bearer | null {
    const who = userFrom(claims)
    return who === null ? null : { who, scopes: scopesOfToken(claims, tokenRoles), until: expiryOf(claims) }
  }

  /** The same for keys. @throws store_unavailable */
  function serviceOf (key: string, { ip, routeOptions: { config } }: FastifyRequest): Bearer | null | Promise<Bearer | null> {
    const bearer = (found: ApiKey | null): Bearer | null => {
      if (found === null) return null
      const { keyId, scopes, expiresAt } = found
      // A stream would outlast the end of its key.
      return { who: { ...NO_ONE, apiKeyId: keyId }, scopes: config.isStream === true ? [] : scopes, until: expiresAt }
    }
    const found = checkApiKey(key, (networks) => networks.length === 0 || trustIn(networks)(ip))
    return found instanceof Promise ? found.then(bearer) : bearer(found)
  }
}

function expiryOf (claims: Claims | null): Timestamp | null {
  return typeof claims?.exp === 'number' ? new Date(claims.exp * SECOND_MS).toISOString() : null
}

/** A token that cannot be checked is not an invalid one. */
function nullUnlessOurs (error: unknown): null {
  if (error instanceof DomainError) throw error
  return null
}

function userFrom ({ sub, email, email_verified: isVerified, phone_number: phone, phone_number_verified: isPhoneVerified, sid }: Claims): Caller | null {
  if (typeof sub !== 'string' || !USER_ID.test(sub)) return null
  // Anyone can claim an address that is not verified.
  const own = typeof email === 'string' && isVerified !== false ? { email } : {}
  const verified = isVerified === true && typeof email === 'string' ? { verifiedEmail: email } : {}
  return { userId: sub, admin: false, ...own, ...verified, ...(isPhoneVerified === true && typeof phone === 'string' ? { phone } : {}), ...(typeof sid === 'string' ? { sessionId: sid } : {}) }
}

function actsForOthers (scopes: readonly Scope[], { scope }: FastifyContextConfig): boolean {
  return scope === undefined ? isEvery(scopes) : allows(scopes, scope)
}

/** Runs before the body is read, so that strangers cause no work. */
function authorise (request: FastifyRequest): void {
  const { policy, scope = '' } = request.routeOptions.config
  if (policy === 'user') userOf(request)
  if (policy === 'guest' && request.badCredentials) callerOf(request)
  // Who is no user has nothing here of their own.
  const isForOthers = policy === 'admin' || (policy === 'user-or-admin' && callerOf(request).userId === null)
  if (isForOthers && !callerOf(request).admin) throw new DomainError('forbidden', `this needs the scope ${scope}`)
}

/** Policies under which callers act for others. */
const OF_ADMINISTRATORS: ReadonlySet<Policy | undefined> = new Set<Policy>(['admin', 'user-or-admin'])

/** Refuses to start with a route that states no policy, or not the scope that its policy needs. The not-found handler is not a route. */
function requirePolicies (app: FastifyInstance): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => { routes.push(route) })
  app.addHook('onReady', async () => {
    const unguarded = routes.filter(({ config }) => config?.policy === undefined)
    if (unguarded.length > 0) throw new Error(`routes without a policy: ${namesOf(unguarded)}`)
    const unscoped = routes.filter(({ config }) => OF_ADMINISTRATORS.has(config?.policy) && config?.scope === undefined)
    if (unscoped.length > 0) throw new Error(`routes for administrators without a scope: ${namesOf(unscoped)}`)
  })
}

function namesOf (routes: readonly RouteOptions[]): string {
  return routes.map(({ method, url }) => `${String(method)} ${url}`).join(', ')
}

/** The id of the user who calls. @throws unauthorized for the shared token alone */
export function userOf (request: FastifyRequest): string {
  const { userId } = callerOf(request)
  if (userId === null) throw new HttpProblem('unauthorized', 'this route requires the token of a user')
  return userId
}

/** The caller: a user, an operator with the shared token, or both. @throws unauthorized */
export function callerOf ({ caller, badCredentials }: FastifyRequest): Caller {
  if (caller !== null) return caller
  throw new HttpProblem('unauthorized', badCredentials ? 'the credentials are not valid, or no longer' : 'send Authorization: Bearer <token>')
}
