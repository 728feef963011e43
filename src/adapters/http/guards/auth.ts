import type { FastifyContextConfig, FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Caller } from '#domain/accounts/session.js'
import { allows, isEvery, SCOPES, type Scope } from '#domain/accounts/permissions.js'
import { DomainError } from '#domain/errors.js'
import type { ApiKey } from '#domain/accounts/api-key.js'
import type { CheckApiKey } from '#application/accounts/check-api-key.js'
import type { Entered } from '#application/accounts/check-console-session.js'
import type { Timestamp } from '#domain/time.js'
import { HttpProblem } from '../shared/problem.js'
import { expiryOf, makePersonOf, userFrom, type Bearer, type Claims, type TokenOptions } from './bearer.js'
import { bearerOf, consoleSecretOf, type ConsoleCookieOptions } from './console.js'
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
  /** Who has entered the console, by the cookie of their session alone. */
  | 'console'
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
    /** The session of the console counts here too, as on every route with a scope. */
    takesConsole?: boolean
  }
  interface FastifyRequest {
    caller: Caller | null
    /** True when the request carries credentials of which one is not valid. */
    badCredentials: boolean
    /** When the token of the caller expires, or their session of the console; null without one. */
    credentialsUntil: Timestamp | null
    /** Who has entered the console and sends the request. */
    entered: Entered | null
  }
}

export interface AuthOptions extends TokenOptions {
  /** The same as the verifier does for tickets. Null for every invalid one. */
  readonly readTicket: (ticket: string) => Promise<Claims | null>
  readonly checkApiKey: CheckApiKey
  /** The shared tokens of the operators, the present one and that of before. */
  readonly adminTokens: readonly string[]
  /** Null: there is no console. */
  readonly consoleCookie: ConsoleCookieOptions | null
}

/** A caller who is no user. */
const NO_ONE: Caller = { userId: null, admin: false }
const OPERATOR: Bearer = { who: NO_ONE, scopes: SCOPES, until: null }
const BEARER = /^Bearer (\S+)$/i
/** An address without a route has no policy. */
const ANONYMOUS: ReadonlySet<Policy | undefined> = new Set<Policy | undefined>(['public', 'provider', undefined])
/** A text of another form breaks the schema of the query. */
const TICKET = /^[\w-]{1,1024}\.[\w-]{43}$/

/** Identifies the caller before the rate limit counts, and authorises the call after it. */
export function registerAuth (app: FastifyInstance, options: AuthOptions): void {
  const { readTicket, checkApiKey, adminTokens, consoleCookie } = options
  const personOf = makePersonOf(options)
  const isAdminToken = oneOfSecrets(adminTokens)
  app.decorateRequest('caller', null)
  app.decorateRequest('badCredentials', false)
  app.decorateRequest('credentialsUntil', null)
  app.decorateRequest('entered', null)
  app.addHook('onRequest', (request, _reply, done) => {
    // A route that anyone may call depends on no token, and on no issuer of tokens.
    if (ANONYMOUS.has(request.routeOptions.config.policy)) return done()
    const { ticket } = request.query as { readonly ticket?: unknown }
    if (request.routeOptions.config.takesTicket === true && typeof ticket === 'string' && TICKET.test(ticket)) {
      readTicket(ticket).then((claims) => { admit(request, claims) }).then(() => { done() }, done)
      return
    }
    const [, token = ''] = BEARER.exec(request.headers.authorization ?? '') ?? []
    const bearer = token.startsWith('key_') ? serviceOf(token, request) : personOf(token)
    const entered = enteredBy(request)
    // A request waits only for keys and sessions that have to be fetched: a promise for each request would cost more than the check.
    if (bearer instanceof Promise || entered instanceof Promise) Promise.all([bearer, entered]).then((known) => { recognise(request, ...known) }).then(() => { done() }, done)
    else {
      recognise(request, bearer, entered)
      done()
    }
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    authorise(request)
    done()
  })
  requirePolicies(app)

  /** Every credential that is sent has to be valid. The token says who calls, where there is one; the shared token adds its scopes. */
  function recognise (request: FastifyRequest, bearer: Bearer | null, entered: Entered | null | undefined): void {
    const sharedToken = request.headers['x-admin-token']
    const shared = typeof sharedToken === 'string' && isAdminToken(sharedToken)
    request.badCredentials = (sharedToken !== undefined && !shared) || (request.headers.authorization !== undefined && bearer === null) || entered === null
    const known = bearer ?? (entered == null ? null : bearerOf(entered))
    if (request.badCredentials || (!shared && known === null)) return
    const { who, scopes: own, until } = known ?? OPERATOR
    const scopes = shared ? SCOPES : own
    request.entered = entered ?? null
    request.credentialsUntil = until
    request.caller = { ...who, admin: actsForOthers(scopes, request.routeOptions.config), ...(scopes.length > 0 && { scopes }) }
  }

  /** Undefined where no cookie of the console counts. A stream is no use of the session, which would never end by itself. */
  function enteredBy (request: FastifyRequest): Entered | null | undefined | Promise<Entered | null> {
    if (consoleCookie === null) return undefined
    const secret = consoleSecretOf(request, consoleCookie.isSecure)
    return secret === null ? undefined : consoleCookie.checkConsole(secret, request.routeOptions.config.isStream !== true)
  }

  function admit (request: FastifyRequest, claims: Claims | null): void {
    const user = claims === null ? null : userFrom(claims)
    request.badCredentials = user === null
    request.credentialsUntil = expiryOf(claims)
    request.caller = user
  }

  /** Whom a key stands for; null for every invalid one. @throws store_unavailable */
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

function actsForOthers (scopes: readonly Scope[], { scope }: FastifyContextConfig): boolean {
  return scope === undefined ? isEvery(scopes) : allows(scopes, scope)
}

/** Runs before the body is read, so that strangers cause no work. */
function authorise (request: FastifyRequest): void {
  const { policy, scope = '' } = request.routeOptions.config
  if (policy === 'user') userOf(request)
  if (policy === 'console') enteredOf(request)
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

/** Who has entered the console. @throws unauthorized */
export function enteredOf ({ entered }: FastifyRequest): Entered {
  if (entered === null) throw new HttpProblem('unauthorized', 'there is no session of the console, or it has ended')
  return entered
}

/** The caller: a user, an operator with the shared token, or both. @throws unauthorized */
export function callerOf ({ caller, badCredentials }: FastifyRequest): Caller {
  if (caller !== null) return caller
  throw new HttpProblem('unauthorized', badCredentials ? 'the credentials are not valid, or no longer' : 'send Authorization: Bearer <token>')
}
