import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { registerAuth, type AuthOptions } from './guards/auth.js'
import { registerCors, registerSecurityHeaders } from './guards/headers.js'
import { registerInputGuard, registerStrictInput } from './guards/input.js'
import { registerLoadShedding, registerRateLimit } from './guards/load.js'
import type { CountTogether } from './guards/request-counts.js'
import { registerNotFound } from './guards/not-found.js'
import { trustIn } from './guards/proxies.js'
import { registerSecurityLog } from './guards/security-log.js'
import { answerUndecodable } from './notifications/routes.js'
import { registerOpenapi } from './openapi/openapi.js'
import { registerProblemResponses } from './openapi/responses.js'
import { registerAudit } from './operations/audit.js'
import { registerAllRoutes, registerRoutes, type RoutesOptions } from './routes.js'
import { buildSerializer, buildValidator } from './shared/compilers.js'
import { answerClientError, answerInsteadOfNode, answerProblem } from './shared/error-handler.js'
import type { RequestActors } from './shared/actors.js'
import type { RequestFreshness } from './shared/freshness.js'
import { isNetwork } from './shared/network.js'
import { isPhone } from './shared/phone.js'
import { SHOWN_AS } from './shared/schemas.js'
import { registerAccessLog, requestIdFrom, RequestLog, type RequestMetrics, type RequestTracing } from './shared/request-log.js'

export interface AppOptions extends RoutesOptions {
  readonly auth: Omit<AuthOptions, 'consoleCookie'>
  readonly logger: FastifyBaseLogger
  readonly freshness: RequestFreshness
  readonly actors: RequestActors
  /** Observes each request. */
  readonly metrics: RequestMetrics
  readonly tracing: RequestTracing
  readonly publicUrl: string
  readonly corsOrigins: ReadonlyArray<string | RegExp>
  /** Addresses whose X-Forwarded-For header is believed. */
  readonly trustedProxies: readonly string[]
  /** Requests per minute and caller. */
  readonly rateLimitMax: number
  /** Counts requests with the other workers of the start. Null: this process is alone. */
  readonly countTogether: CountTogether | null
  /** The mean delay of the event loop above which new requests are refused; 0 refuses none. */
  readonly eventLoopDelayMaxMs: number
}

const BODY_MAX_BYTES = 64 * 1024
const HEADERS_MAX_BYTES = 16 * 1024
const PARAM_MAX_CHARACTERS = 256
/** Time for a whole request to arrive, and for its headers alone. */
const REQUEST_TIMEOUT_MS = 15_000
const HEADERS_TIMEOUT_MS = 10_000
/** The interval in which node checks both. */
const CONNECTIONS_CHECK_MS = 1000
/** Silence on a connection within a request, and between two requests. */
const CONNECTION_TIMEOUT_MS = 30_000
const KEEP_ALIVE_TIMEOUT_MS = 72_000

/** The HTTP side of the service, ready to listen. Hooks run in the order in which they are registered here. */
export async function makeApp (options: AppOptions): Promise<FastifyInstance> {
  const app = makeFastify(options)
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler(answerProblem)
  registerAccessLog(app, options.metrics, options.tracing)
  answerInsteadOfNode(app)
  await registerSecurityHeaders(app)
  await registerCors(app, options.corsOrigins)
  await registerLoadShedding(app, options.eventLoopDelayMaxMs)
  registerSecurityLog(app)
  registerAuth(app, { ...options.auth, consoleCookie: options.operatorsConsole })
  await registerRateLimit(app, options.rateLimitMax, options.countTogether)
  registerNotFound(app)
  registerProblemResponses(app)
  registerStrictInput(app)
  registerInputGuard(app)
  registerAudit(app, options.useCases)
  options.actors.register(app)
  if (options.status().journal !== null) options.freshness.register(app, options.status)
  registerOpenapi(app, { version: options.info.version, publicUrl: options.publicUrl, isServed: options.apiDocs, registerRoutes: async (docs) => { await registerAllRoutes(docs, options) } })
  await registerRoutes(app, options)
  return app
}

function makeFastify ({ logger, trustedProxies }: AppOptions): FastifyInstance {
  const isProxy = trustIn(trustedProxies)
  return Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdFrom(isProxy),
    childLoggerFactory: (parent, bindings, loggerOptions) => new RequestLog(() => parent.child(bindings, loggerOptions)),
    trustProxy: trustedProxies.length > 0 && isProxy,
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // Requests that arrive while the service closes are answered, and their connection is closed after the answer.
    return503OnClosing: false,
    http: {
      maxHeaderSize: HEADERS_MAX_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: PARAM_MAX_CHARACTERS },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, strict: true, verbose: true, formats: { phone: isPhone, network: isNetwork }, keywords: [SHOWN_AS] } },
    schemaController: { compilersFactory: { buildSerializer, buildValidator } },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerUndecodable,
  })
}
