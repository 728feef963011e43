import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import type { AccountUseCases } from '#application/accounts/use-cases.js'
import type { StoreStatus } from '#application/ports/store-status.js'
import { registerAccessLog, requestId } from './shared/access-log.js'
import { accountSchemas } from './accounts/schemas.js'
import { adminUserRoutes } from './accounts/admin-routes.js'
import { registerAudit } from './operations/audit-routes.js'
import { authRoutes, type AuthRoutesOptions } from './accounts/auth-routes.js'
import { registerAuth, type AuthOptions } from './guards/auth.js'
import { registerCardGuard } from './guards/card-guard.js'
import type { RequestFreshness } from './shared/freshness.js'
import type { RequestMetrics } from './shared/metrics.js'
import { registerOpenapi } from './openapi/openapi.js'
import { answerProblem, HttpProblem } from './shared/problem.js'
import { answerClientError, answerInsteadOfNode } from './guards/raw-errors.js'
import { routes, schemas, type UseCases } from './routes.js'
import { buildSerializer } from './shared/serializers.js'
import { RequestLog } from './shared/request-log.js'
import { registerSecurityHeaders } from './guards/security-headers.js'
import { serviceRoutes, type ServiceInfo } from './operations/service-routes.js'
import { registerStrictInput } from './guards/strict-input.js'
import { userRoutes } from './accounts/user-routes.js'
import { buildValidator } from './guards/validators.js'

/** Accounts of our own. */
export interface Accounts {
  readonly useCases: AccountUseCases
  readonly keys: AuthRoutesOptions['keys']
}

export interface AppOptions {
  readonly useCases: UseCases
  /** Null where somebody else knows who people are: there are no routes for it then. */
  readonly accounts: Accounts | null
  readonly auth: AuthOptions
  readonly logger: FastifyBaseLogger
  readonly metrics: RequestMetrics
  readonly info: ServiceInfo
  readonly ping: () => Promise<void>
  readonly status: () => StoreStatus
  readonly freshness: RequestFreshness
  readonly publicUrl: string
  readonly corsOrigins: readonly string[]
  /** Who may say in X-Forwarded-For for whom he asks. */
  readonly trustedProxies: readonly string[]
  /** Requests a minute and caller. */
  readonly rateLimitMax: number
  /** Above this mean delay of the event loop new requests are turned away, so that those inside get done; 0 turns none away. */
  readonly eventLoopDelayMaxMs: number
  /** Pages that a provider's adapter brings along. */
  readonly providerPages: readonly FastifyPluginAsync[]
}

const BODY_MAX_BYTES = 64 * 1024
const HEADERS_MAX_BYTES = 16 * 1024
const PARAM_MAX_CHARACTERS = 256
/** Time for a whole request to arrive, and for its headers alone. */
const REQUEST_TIMEOUT_MS = 15_000
const HEADERS_TIMEOUT_MS = 10_000
/** How often both are looked at. */
const CONNECTIONS_CHECK_MS = 1000
/** Silence on a connection in the middle of a request, and between two. */
const CONNECTION_TIMEOUT_MS = 30_000
const KEEP_ALIVE_TIMEOUT_MS = 72_000
const OVERLOAD_RETRY_S = 5
/** The first samples of the delay tell of the start itself, which keeps the event loop busy, and turn nobody away. */
const START_GRACE_MS = 3000

/** The whole HTTP side, ready to listen or to be injected into. */
export async function buildApp (options: AppOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestId,
    childLoggerFactory: (logger, bindings, loggerOptions) => new RequestLog(() => logger.child(bindings, loggerOptions)),
    trustProxy: options.trustedProxies.length > 0 && [...options.trustedProxies],
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // What comes in while the service closes is still answered, on a connection that is then closed.
    return503OnClosing: false,
    http: {
      maxHeaderSize: HEADERS_MAX_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: PARAM_MAX_CHARACTERS },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, strict: true, allErrors: false } },
    schemaController: { compilersFactory: { buildSerializer, buildValidator } },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerProblem,
  })
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler(answerProblem)
  registerAccessLog(app, options.metrics)
  answerInsteadOfNode(app)
  await registerSecurityHeaders(app)
  if (options.corsOrigins.length > 0) {
    await app.register(cors, {
      origin: [...options.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['content-disposition', 'idempotent-replayed', 'location', 'retry-after', 'x-persistence', 'x-request-id', 'x-stale'],
      // An OPTIONS that no browser sends would else be refused in plain text.
      strictPreflight: false,
    })
  }
  await registerLoadShedding(app, options.eventLoopDelayMaxMs)
  registerAuth(app, options.auth)
  await registerRateLimit(app, options.rateLimitMax)
  registerStrictInput(app)
  registerCardGuard(app)
  registerAudit(app, options.useCases)
  if (options.status().journal !== null) options.freshness.register(app, options.status)
  for (const schema of schemas) app.addSchema(schema)

  registerOpenapi(app, { version: options.info.version, publicUrl: options.publicUrl })
  for (const plugin of routes) await app.register(plugin, options.useCases)
  if (options.accounts !== null) await registerAccounts(app, options.accounts)
  await app.register(serviceRoutes, options)
  for (const pages of options.providerPages) await app.register(pages)
  return app
}

async function registerAccounts (app: FastifyInstance, { useCases, keys }: Accounts): Promise<void> {
  for (const schema of accountSchemas) app.addSchema(schema)
  await app.register(authRoutes, { useCases, keys })
  await app.register(userRoutes, useCases)
  await app.register(adminUserRoutes, useCases)
}

async function registerLoadShedding (app: FastifyInstance, maxEventLoopDelay: number): Promise<void> {
  let readyAt = Infinity
  app.addHook('onReady', (done) => {
    readyAt = performance.now()
    done()
  })
  await app.register(underPressure, {
    maxEventLoopDelay,
    pressureHandler: (request) => {
      if (performance.now() - readyAt < START_GRACE_MS) return
      // Health and figures have to be answered above all when there is much to do.
      if (/^\/(?:api\/health|metrics)/.test(request.url)) return
      throw new HttpProblem('overloaded', 'the service has more to do than it can; nothing was changed', OVERLOAD_RETRY_S)
    },
  })
}

/** By person where there is one, else by address: after authentication, so that a stranger can't use up a user's share. */
async function registerRateLimit (app: FastifyInstance, max: number): Promise<void> {
  await app.register(rateLimit, {
    max,
    timeWindow: 60_000,
    // Apart from each other, because a user id may look like an address.
    keyGenerator: ({ caller, ip }) => typeof caller?.userId === 'string' ? `user ${caller.userId}` : `address ${ip}`,
    errorResponseBuilder: (_request, { ttl }) => new HttpProblem('rate_limited', 'too many requests in a minute', Math.ceil(ttl / 1000)),
  })
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, () => {
    throw new HttpProblem('route_not_found', 'nothing is served here; /docs shows what is')
  })
}
