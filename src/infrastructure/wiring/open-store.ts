import { join } from 'node:path'
import type { OpenStores } from '#application/ports/stores.js'
import { fileDisk } from '#adapters/durability/journal/file-disk.js'
import { lockJournal } from '#adapters/durability/journal/journal-lock.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import type { JournaledWrite } from '#adapters/durability/journaled-write.js'
import { recordedStores } from '#adapters/durability/recorded.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { clock } from '#adapters/system/clock.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { Config } from '../config/config.js'
import { ConfigError } from '../config/environment.js'

export interface OpenStore {
  readonly stores: OpenStores
  /** Of what DynamoDB misses. Memory mode has its own, inside the store. */
  readonly journal: Journal<JournaledWrite> | null
}

/** The stores of the configured mode. The AWS SDK is loaded only where it is used: it is slow to start. @throws ConfigError */
export async function openStore ({ mode, dataDir, dynamodb }: Config, metrics: Metrics): Promise<OpenStore> {
  const journal = dataDir === null ? null : await openJournal(dataDir)
  if (mode === 'memory') {
    const stores = memoryStores()
    return { stores: journal === null ? stores : await recordedStores(stores, journal), journal: null }
  }
  const { dynamoStores } = await import('#adapters/dynamodb/stores.js')
  return { stores: dynamoStores({ ...dynamodb, onRequest: metrics.observeDynamodbRequest }), journal }
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
