import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { ERASURE_STEPS } from '#domain/accounts/erasure.js'
import { DomainError } from '#domain/errors.js'
import { PAYMENT_EVENT_TYPES } from '#domain/payments/decision.js'
import type { NodeQuarantine } from '#application/ports/durability.js'
import { ErrorBuffer } from '#application/error-log/error-buffer.js'
import { TABLE_IDS } from '#adapters/dynamodb/engine/tables.js'
import { makeApp } from '#adapters/http/app.js'
import { makeMetricsApp } from '#adapters/http/operations/metrics-routes.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { clock, identity } from '#adapters/system/system.js'
import { idsAlone } from '#adapters/system/trace-ids.js'
import { loadVideo } from '#adapters/video/provider.js'
import type { Config } from './config/config.js'
import { startJob, type RunningJob } from './runtime/job.js'
import { loadSpans, makeTracing, tracedJob } from './runtime/tracing.js'
import { stopListening } from './runtime/stop-listening.js'
import { VERSION } from './runtime/version.js'
import { makeContainer } from './wiring/container.js'
import { loadBus } from './wiring/bus.js'
import type { Outside } from './wiring/cradle.js'
import { loadCarriers } from './wiring/carriers.js'
import { loadGateways } from './wiring/gateways.js'
import { openStores } from './wiring/open-stores.js'
import { makePerformanceBuffer, withPerformanceLog } from './wiring/performance.js'

export interface Service {
  readonly app: FastifyInstance
  /** The base of links for clients: PUBLIC_URL, otherwise the address that the service listens on, empty until then. */
  readonly publicUrl: () => string
  readonly listen: () => Promise<void>
  /** Accepts no more connections, finishes running requests and jobs, and closes everything else. Where another worker replaces this one, the service is as ready as before. */
  readonly close: (how?: { readonly isReplaced: boolean }) => Promise<void>
  /** Takes no more connections once the store is there, and resolves once no write waits in the journal. For a service that others replace. */
  readonly drained: () => Promise<void>
  /** The writes in quarantine of this process alone. */
  readonly quarantine: NodeQuarantine
}

/** The pause between looks whether the journal is empty. */
const DRAINED_PAUSE_MS = 250

/** The answer tells the client that its connection ends with it. */
function endConnection (_request: IncomingMessage, response: ServerResponse): void {
  response.shouldKeepAlive = false
}

/** The configured service, not listening yet. `replacements` serve tests, and the counters of the program around it. */
export async function makeService (config: Config, logger: Logger, replacements: Partial<Outside> = {}): Promise<Service> {
  const performanceBuffer = replacements.performanceBuffer ?? makePerformanceBuffer()
  const measured = replacements.metrics ?? makeMetrics()
  const metrics = config.performanceLog === 'none' ? measured : withPerformanceLog(measured, performanceBuffer)
  const spans = config.traces === null ? idsAlone : await loadSpans(config.traces)
  const tracing = makeTracing(spans)
  const errorBuffer = replacements.errorBuffer ?? new ErrorBuffer({ clock, identity, version: VERSION })
  const { shared = null } = replacements
  let listeningUrl = ''
  let isStopping = false
  const localUrl = (): string => listeningUrl
  const publicUrl = (): string => config.publicUrl ?? listeningUrl
  const [{ stores: openedStores, journal }, gatewayFactories, carrierFactories, makeBus, loadedVideo] = await Promise.all([
    openStores(config, metrics, logger), loadGateways(config.providers), loadCarriers(config.carriers), loadBus(config, shared), config.video && loadVideo(config.video),
  ])
  const container = makeContainer({ config, logger, openedStores, journal, gatewayFactories, carrierFactories, makeBus, loadedVideo, publicUrl, localUrl, shared, ...replacements, metrics, tracing, errorBuffer, performanceBuffer })
  const { useCases, access, apiKeyCheck, verifyToken, stores, gateways, live, readTicket, operatorsConsole, pages, jobs, durability, freshness, actors, runningBackground } = container.cradle
  const shownMetrics = shared === null ? metrics : { render: shared.renderMetrics }
  const providers = () => gateways.map((gateway) => ({ name: gateway.provider, isUp: gateway.outageS?.() == null }))
  const app = await makeApp({
    useCases,
    accounts: access.accounts,
    auth: { verifyToken, readTicket, checkApiKey: apiKeyCheck.checkApiKey, adminTokens: config.adminTokens, tokenRoles: config.tokenRoles },
    logger,
    metrics,
    tracing,
    info: { version: VERSION },
    components: () => ({ outboxLagS: metrics.outboxLagS(), providers: providers() }),
    ping: stores.ping,
    inspect: stores.inspect,
    isStopping: () => isStopping,
    status: durability.status,
    metricsHere: config.metrics.isBesideTheApi ? { metrics: shownMetrics, token: config.metrics.token } : null,
    apiDocs: config.apiDocs,
    freshness,
    actors,
    publicUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
    corsOrigins: config.corsOrigins,
    trustedProxies: config.trustedProxies,
    rateLimitMax: config.rateLimitMax,
    countTogether: shared?.countTogether ?? null,
    eventLoopDelayMaxMs: config.eventLoopDelayMaxMs,
    live,
    operatorsConsole,
    pages,
  })
  const connections = promisify(app.server.getConnections.bind(app.server))
  metrics.watchService({
    version: VERSION,
    providers,
    connections,
    seldom: { paymentEvents: PAYMENT_EVENT_TYPES, refusals: ['overloaded', 'store_busy', 'rate_limited'], tables: TABLE_IDS, erasureSteps: ERASURE_STEPS },
  })
  const metricsApp = config.metrics.port === null ? null : await makeMetricsApp({ metrics: shownMetrics, token: config.metrics.token, logger })
  const running: RunningJob[] = []
  const onError = (job: string, error: unknown): void => {
    const isExpected = error instanceof DomainError && error.code === 'store_unavailable' && ['degraded', 'draining'].includes(durability.status().mode)
    logger[isExpected ? 'debug' : 'error']({ err: error, job }, 'a job failed and will run again')
  }
  // A look at the start shows what is missing before a request meets it. Readiness repeats it where the store is away.
  const inspect = async (): Promise<void> => {
    const lacks = await stores.inspect().catch(() => [])
    if (lacks.length > 0) logger.error({ lacks }, 'the store lacks what the service needs')
  }
  app.addHook('onListen', async () => { runningBackground.run(inspect) })
  app.addHook('onListen', async () => { running.push(...jobs.map((job) => startJob(tracedJob(job, tracing, onError), onError))) })
  app.addHook('onClose', async () => {
    // Requests are over by now, so that background tasks and jobs can finish what requests have left to them.
    await Promise.all(running.map(async (job) => { await job.stop() }))
    await runningBackground.idle()
    await container.dispose()
    await spans.close()
    metrics.close()
  })
  return {
    app,
    publicUrl,
    listen: async () => {
      listeningUrl = await app.listen({ host: config.host, port: config.port })
      if (metricsApp === null || config.metrics.port === null) return
      try {
        logger.info(`Metrics at ${await metricsApp.listen({ host: config.host, port: config.metrics.port })}`)
      } catch (error) {
        await app.close()
        throw error
      }
    },
    close: async ({ isReplaced } = { isReplaced: false }) => {
      isStopping = !isReplaced
      await stopListening(app.server, isReplaced)
      await live.streams.stop()
      await metricsApp?.close()
      await app.close()
    },
    quarantine: durability.quarantine,
    drained: async () => {
      // What comes in an outage stays in this journal. After it, what comes in behind what waits would keep the journal from ever being empty.
      await waitWhile(() => durability.status().mode === 'degraded')
      app.server.prependListener('request', endConnection)
      await stopListening(app.server, true)
      await waitWhile(() => Number(durability.status().journal?.depth) > 0)
    },
  }
}

async function waitWhile (isSo: () => boolean): Promise<void> {
  while (isSo()) await setTimeout(DRAINED_PAUSE_MS)
}
