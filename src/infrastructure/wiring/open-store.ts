import { join } from 'node:path'
import type { Persistence } from '#application/ports/persistence.js'
import { fileDisk } from '#adapters/durability/journal/file-disk.js'
import { lockJournal } from '#adapters/durability/journal/journal-lock.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import type { JournaledWrite } from '#adapters/durability/journaled-write.js'
import { recordedPersistence } from '#adapters/durability/recorded.js'
import { memoryPersistence } from '#adapters/memory/persistence.js'
import { clock } from '#adapters/system/clock.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { Config } from '../config/config.js'
import { ConfigError } from '../config/environment.js'

export interface OpenStore {
  readonly store: Persistence
  /** Of what DynamoDB misses. Memory mode has its own, inside the store. */
  readonly journal: Journal<JournaledWrite> | null
}

/** The stores of the configured mode. The AWS SDK is loaded only where it is used: it is slow to start. @throws ConfigError */
export async function openStore ({ mode, dataDir, dynamodb }: Config, metrics: Metrics): Promise<OpenStore> {
  const journal = dataDir === null ? null : await openJournal(dataDir)
  if (mode === 'memory') {
    const store = memoryPersistence()
    return { store: journal === null ? store : await recordedPersistence(store, journal), journal: null }
  }
  const { dynamoPersistence } = await import('#adapters/dynamodb/persistence.js')
  return { store: dynamoPersistence({ ...dynamodb, onRequest: metrics.observeDynamodbRequest }), journal }
}

/** The journal in a folder of ours, which stays locked until this process ends. @throws ConfigError */
export async function openJournal (dataDir: string): Promise<Journal<JournaledWrite>> {
  const folder = join(dataDir, 'journal')
  try {
    const disk = await fileDisk(folder)
    return await Journal.open<JournaledWrite>({ disk, clock, unlock: lockJournal(folder) })
  } catch (error) {
    throw new ConfigError('DATA_DIR', `can not be used: ${(error as Error).message}`)
  }
}
