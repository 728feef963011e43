import { join } from 'node:path'
import type { Logger } from 'pino'
import type { OpenStores } from '#application/ports/stores.js'
import { fileDisk, lockFolder } from '#adapters/durability/journal/disk.js'
import type { Entry } from '#adapters/durability/journal/journal-state.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { subjectOf, WRITE_CODEC, type JournaledWrite } from '#adapters/durability/writes/journaled-write.js'
import { recordedStores } from '#adapters/durability/recording.js'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import { clock } from '#adapters/system/system.js'
import type { Config } from '../config/config.js'
import { ConfigError } from '../config/variables.js'

export interface OpenedStores {
  readonly stores: OpenStores
  /** The journal for outages of DynamoDB. In memory mode it is null: the stores themselves keep one. */
  readonly journal: Journal<JournaledWrite> | null
}

/** The stores of the configured mode. The AWS SDK is slow to start, and loaded for DynamoDB alone. @throws ConfigError */
export async function openStores ({ mode, dataDir, dynamodb }: Config, metrics: Metrics, logger: Pick<Logger, 'error' | 'warn'>): Promise<OpenedStores> {
  const journal = dataDir === null ? null : await openJournal(dataDir)
  if (mode === 'memory') {
    const stores = memoryStores()
    if (journal === null) return { stores, journal }
    const onUnknown = ({ sequence, value }: Entry<JournaledWrite>): void => {
      logger.error({ sequence, kind: subjectOf(value) }, 'a newer version wrote this write of the journal: memory mode leaves it out, and keeps it in the file')
    }
    return { stores: await recordedStores(stores, journal, onUnknown), journal: null }
  }
  const { dynamoStores } = await import('#adapters/dynamodb/stores.js')
  const onUnreadable = unreadableRows(metrics, logger)
  return { stores: dynamoStores({ ...dynamodb, onRequest: metrics.observeDynamodbRequest, groupObserver: metrics.groupObserver, onUnreadable }), journal }
}

/** Keys that are remembered, so that each is logged once. */
const REMEMBERED_KEYS = 1000

/** Counts each row that a list leaves out or shows with defaults, and logs its key once. */
export function unreadableRows (metrics: Pick<Metrics, 'countUnreadableRow'>, logger: Pick<Logger, 'warn'>) {
  const logged = new Set<string>()
  return (table: string, key: string): void => {
    metrics.countUnreadableRow(table)
    const name = `${table} ${key}`
    if (logged.has(name) || logged.size >= REMEMBERED_KEYS) return
    logged.add(name)
    logger.warn({ table, key }, 'a row cannot be read as it is: lists leave it out, or show it with defaults')
  }
}

/** The journal in `dataDir`. The folder stays locked until the journal is closed or the process ends. @throws ConfigError */
export async function openJournal (dataDir: string): Promise<Journal<JournaledWrite>> {
  const folder = join(dataDir, 'journal')
  try {
    const disk = await fileDisk(folder)
    return await Journal.open({ codec: WRITE_CODEC, disk, clock, unlock: lockFolder(folder) })
  } catch (error) {
    throw new ConfigError('DATA_DIR', `cannot be used: ${(error as Error).message}`)
  }
}
