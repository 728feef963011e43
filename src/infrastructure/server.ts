import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { DomainError } from '#domain/errors.js'
import { buildApp } from '#adapters/http/app.js'
import { prometheusMetrics } from '#adapters/prometheus/metrics.js'
import type { Config } from './config/config.js'
import { buildContainer } from './wiring/container.js'
import type { Outside } from './wiring/cradle.js'
import { openStore } from './wiring/open-store.js'
import { loadProviders } from './wiring/providers.js'
import { stopListening } from './runtime/stop-listening.js'
import { VERSION } from './runtime/version.js'
import { startJob, type RunningJob } from './runtime/job.js'

export interface Service {
  readonly app: FastifyInstance
  /** Where clients find it: PUBLIC_URL, else the address it listens on. Empty until then. */
  readonly publicUrl: () => string
  /** Begins to listen. */
  readonly listen: () => Promise<void>
  /** Stops accepting, finishes what runs and lets go of everything else. */
  readonly close: () => Promise<void>
}

/** The service as configured, not listening yet. `replacements` serve tests. */
export async function buildService (config: Config, logger: Logger, replacements: Partial<Outside> = {}): Promise<Service> {
  const metrics = prometheusMetrics()
  let listeningUrl = ''
  const localUrl = (): string => listeningUrl
  const publicUrl = (): string => config.publicUrl ?? listeningUrl
  const [{ stores: openedStores, journal }, providerMakers] = await Promise.all([openStore(config, metrics, logger), loadProviders(config.providers)])
  const container = buildContainer({ config, logger, metrics, openedStores, journal, providerMakers, publicUrl, localUrl, ...replacements })
  const { useCases, access, verifyToken, stores, providerPages, jobs, durability, freshness, runningBackground } = container.cradle
  const app = await buildApp({
    useCases,
    accounts: access.accounts,
    auth: { verifyToken, adminToken: config.adminToken },
    logger,
    metrics,
    info: { version: VERSION },
    ping: stores.ping,
    status: durability.status,
    freshness,
    publicUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
    corsOrigins: config.corsOrigins,
    trustedProxies: config.trustedProxies,
    rateLimitMax: config.rateLimitMax,
    eventLoopDelayMaxMs: config.eventLoopDelayMaxMs,
    providerPages,
  })
  const workers: RunningJob[] = []
  const onError = (work: string, error: unknown): void => {
    const isExpected = error instanceof DomainError && error.code === 'store_unavailable' && ['degraded', 'draining'].includes(durability.status().mode)
    logger[isExpected ? 'debug' : 'error']({ err: error, work }, 'work beside the requests has failed, and is tried again')
  }
  app.addHook('onListen', async () => { workers.push(...jobs.map((job) => startJob(job, onError))) })
  app.addHook('onClose', async () => {
    // Requests are over by then: what they have left behind can still be worked on.
    await Promise.all(workers.map(async (worker) => { await worker.stop() }))
    await runningBackground.idle()
    await container.dispose()
    metrics.close()
  })
  return {
    app,
    publicUrl,
    listen: async () => { listeningUrl = await app.listen({ host: config.host, port: config.port }) },
    close: async () => {
      await stopListening(app.server)
      await app.close()
    },
  }
}
