import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { DomainError } from '#domain/errors.js'
import { makeApp } from '#adapters/http/app.js'
import { makeMetricsApp } from '#adapters/http/operations/metrics-routes.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import type { Config } from './config/config.js'
import { startJob, type RunningJob } from './runtime/job.js'
import { stopListening } from './runtime/stop-listening.js'
import { VERSION } from './runtime/version.js'
import { makeContainer } from './wiring/container.js'
import type { Outside } from './wiring/cradle.js'
import { loadGateways } from './wiring/gateways.js'
import { openStores } from './wiring/open-stores.js'

export interface Service {
  readonly app: FastifyInstance
  /** The base of links for clients: PUBLIC_URL, otherwise the address that the service listens on, empty until then. */
  readonly publicUrl: () => string
  readonly listen: () => Promise<void>
  /** Accepts no more connections, finishes running requests and jobs, and closes everything else. */
  readonly close: () => Promise<void>
}

/** The configured service, not listening yet. `replacements` serve tests. */
export async function makeService (config: Config, logger: Logger, replacements: Partial<Outside> = {}): Promise<Service> {
  const metrics = makeMetrics()
  let listeningUrl = ''
  const localUrl = (): string => listeningUrl
  const publicUrl = (): string => config.publicUrl ?? listeningUrl
  const [{ stores: openedStores, journal }, gatewayFactories] = await Promise.all([openStores(config, metrics, logger), loadGateways(config.providers)])
  const container = makeContainer({ config, logger, metrics, openedStores, journal, gatewayFactories, publicUrl, localUrl, ...replacements })
  const { useCases, access, verifyToken, stores, providerPages, jobs, durability, freshness, runningBackground } = container.cradle
  const app = await makeApp({
    useCases,
    accounts: access.accounts,
    auth: { verifyToken, adminTokens: config.adminTokens },
    logger,
    metrics,
    info: { version: VERSION },
    ping: stores.ping,
    status: durability.status,
    metricsHere: config.metrics.isBesideTheApi ? { metrics, token: config.metrics.token } : null,
    apiDocs: config.apiDocs,
    freshness,
    publicUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
    corsOrigins: config.corsOrigins,
    trustedProxies: config.trustedProxies,
    rateLimitMax: config.rateLimitMax,
    eventLoopDelayMaxMs: config.eventLoopDelayMaxMs,
    providerPages,
  })
  const metricsApp = config.metrics.port === null ? null : await makeMetricsApp({ metrics, token: config.metrics.token, logger })
  const running: RunningJob[] = []
  const onError = (job: string, error: unknown): void => {
    const isExpected = error instanceof DomainError && error.code === 'store_unavailable' && ['degraded', 'draining'].includes(durability.status().mode)
    logger[isExpected ? 'debug' : 'error']({ err: error, job }, 'a job failed and will run again')
  }
  app.addHook('onListen', async () => { running.push(...jobs.map((job) => startJob(job, onError))) })
  app.addHook('onClose', async () => {
    // Requests are over by now, so that background tasks and jobs can finish what requests have left to them.
    await Promise.all(running.map(async (job) => { await job.stop() }))
    await runningBackground.idle()
    await container.dispose()
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
    close: async () => {
      await stopListening(app.server)
      await metricsApp?.close()
      await app.close()
    },
  }
}
