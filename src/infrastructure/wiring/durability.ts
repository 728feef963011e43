import type { Logger } from 'pino'
import { DomainError } from '#domain/errors.js'
import type { Gateways } from '#application/payments/gateways.js'
import type { Clock, Freshness } from '#application/ports/system.js'
import type { OpenStores } from '#application/ports/stores.js'
import type { NodeQuarantine, StoreStatus } from '#application/ports/durability.js'
import { Drain } from '#adapters/durability/drain/drain.js'
import { Outage } from '#adapters/durability/outage/outage.js'
import type { Journal } from '#adapters/durability/journal/journal.js'
import type { JournaledWrite } from '#adapters/durability/writes/journaled-write.js'
import { outageStores } from '#adapters/durability/outage/outage-stores.js'
import { journalQuarantine, outageStatus } from '#adapters/durability/drain/operations.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { Config } from '../config/config.js'
import type { Job } from '../runtime/job.js'

/** Hours of an outage, and some hundred megabytes of memory. */
const DEPTH_MAX = 500_000
/** The pause between probes of a store that is away, and between looks into the journal. */
const DRAIN_PAUSE_MS = 250
/** The pause between reports of an outage in the log. */
const REPORT_PAUSE_MS = 10_000

/** The stores with their journal, and the jobs and controls that belong to it. Without a journal, the stores alone. */
export interface Durability {
  readonly stores: OpenStores
  readonly jobs: readonly Job[]
  readonly status: () => StoreStatus
  readonly quarantine: NodeQuarantine
  readonly close: () => Promise<void>
}

interface Ports {
  readonly config: Config
  readonly openedStores: OpenStores
  readonly journal: Journal<JournaledWrite> | null
  readonly gateways: Gateways
  readonly clock: Clock
  readonly freshness: Freshness
  readonly logger: Logger
  readonly metrics: Metrics
}

export function makeDurability ({ config, openedStores, journal, gateways, clock, freshness, logger, metrics }: Ports): Durability {
  if (journal === null) return withoutJournal(openedStores, { mode: config.mode, since: clock(), journal: null })
  const nowMs = (): number => performance.now()
  const outage = new Outage({
    journal,
    freshness,
    depthMax: DEPTH_MAX,
    clock,
    nowMs,
    ping: openedStores.ping,
    onChange: (isAway) => {
      if (isAway) logger.error('DynamoDB is away: writes go to the journal')
      else logger.info({ journal: journal.depth }, 'DynamoDB is back: the journal drains')
    },
  })
  const drain = new Drain(outage, openedStores, {
    carriedOut: () => { metrics.countCarriedOut() },
    quarantined: ({ sequence, value: { kind } }, reason) => { logger.error({ sequence, kind, reason }, 'a write of the journal cannot be carried out and is in quarantine') },
  }, nowMs)
  const status = outageStatus(outage, drain)
  metrics.watchStore(() => {
    const { mode, journal: { depth, oldest, quarantined } } = status()
    return { isAway: mode === 'degraded', depth, oldestMs: oldest === null ? null : Date.parse(oldest), quarantined }
  })
  const report = async (): Promise<boolean> => {
    const { mode, ...rest } = status()
    if (mode !== 'dynamodb') logger.warn({ mode, ...rest }, 'state of the journal')
    return false
  }
  const isIdempotent = (provider: string): boolean => gateways.some((gateway) => gateway.provider === provider && gateway.capabilities.idempotent)
  return {
    stores: outageStores(outage, openedStores, isIdempotent),
    jobs: [
      { name: 'drain', pauseMs: DRAIN_PAUSE_MS, run: async (signal) => await drain.run(signal) },
      { name: 'report of the journal', pauseMs: REPORT_PAUSE_MS, run: report },
    ],
    status,
    quarantine: journalQuarantine(outage),
    close: async () => { await journal.close() },
  }
}

function withoutJournal (stores: OpenStores, status: StoreStatus): Durability {
  const none = async (): Promise<never> => { throw new DomainError('not_found', 'nothing is in quarantine here') }
  return { stores, jobs: [], status: () => status, quarantine: { list: () => [], retry: none, resolve: none }, close: async () => {} }
}
