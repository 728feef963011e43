import type { Logger } from 'pino'
import { DomainError } from '#domain/errors.js'
import type { Gateways } from '#application/payments/gateways.js'
import type { Clock } from '#application/ports/clock.js'
import type { Freshness } from '#application/ports/freshness.js'
import type { OpenStores } from '#application/ports/stores.js'
import type { Quarantine } from '#application/ports/quarantine.js'
import type { StoreStatus } from '#application/ports/store-status.js'
import { Drain } from '#adapters/durability/drain/drain.js'
import { Fallback } from '#adapters/durability/outage/outage.js'
import type { Journal } from '#adapters/durability/journal/journal.js'
import type { JournaledWrite } from '#adapters/durability/journaled-write.js'
import { outageStores } from '#adapters/durability/outage/stores.js'
import { journalQuarantine } from '#adapters/durability/drain/quarantine.js'
import { fallbackStatus } from '#adapters/durability/outage/status.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { Config } from '../config/config.js'
import type { Job } from '../runtime/job.js'

/** Some hundred megabytes of memory, and hours of an outage. */
const DEPTH_MAX = 500_000
/** How often a store that is away is asked whether it is back, and a journal looked at. */
const DRAIN_PAUSE_MS = 250
/** How often the log tells how an outage goes on. */
const REPORT_PAUSE_MS = 10_000

/** What stands in while DynamoDB is away. */
export interface Standby {
  readonly stores: OpenStores
  readonly jobs: readonly Job[]
  readonly status: () => StoreStatus
  readonly quarantine: Quarantine
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

export function makeStandby ({ config, openedStores, journal, gateways, clock, freshness, logger, metrics }: Ports): Standby {
  if (journal === null) return withoutJournal(openedStores, { mode: config.mode, since: clock(), journal: null })
  const nowMs = (): number => performance.now()
  const fallback = new Fallback({
    journal,
    freshness,
    depthMax: DEPTH_MAX,
    clock,
    nowMs,
    onChange: (isAway) => {
      if (isAway) logger.error('DynamoDB is away: what can be taken goes to the journal')
      else logger.info({ journal: journal.depth }, 'DynamoDB is back, and gets what it missed')
    },
  })
  const drain = new Drain(fallback, openedStores, {
    carriedOut: () => { metrics.countCarriedOut() },
    quarantined: ({ sequence, value: { kind } }, reason) => { logger.error({ sequence, kind, reason }, 'a write of the journal can not be carried out and waits for a person') },
  }, nowMs)
  const status = fallbackStatus(fallback, drain)
  metrics.watchStore(() => {
    const { mode, journal: { depth, oldest, quarantined } } = status()
    return { isAway: mode === 'degraded', depth, oldestMs: oldest === null ? null : Date.parse(oldest), quarantined }
  })
  const report = async (): Promise<boolean> => {
    const { mode, ...rest } = status()
    if (mode !== 'dynamodb') logger.warn({ mode, ...rest }, 'the journal')
    return false
  }
  const isIdempotent = (provider: string): boolean => gateways.some((gateway) => gateway.provider === provider && gateway.capabilities.idempotent)
  return {
    stores: outageStores(fallback, openedStores, isIdempotent),
    jobs: [
      { name: 'drain', pauseMs: DRAIN_PAUSE_MS, run: async (signal) => await drain.run(signal) },
      { name: 'report of the journal', pauseMs: REPORT_PAUSE_MS, run: report },
    ],
    status,
    quarantine: journalQuarantine(fallback),
    close: async () => { await journal.close() },
  }
}

function withoutJournal (stores: OpenStores, status: StoreStatus): Standby {
  const none = async (): Promise<never> => { throw new DomainError('not_found', 'nothing is in quarantine here') }
  return { stores, jobs: [], status: () => status, quarantine: { list: () => [], retry: none, resolve: none }, close: async () => {} }
}
