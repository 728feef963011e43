import type { Persistence } from '../application/ports/persistence.js'
import { memoryPersistence } from '../adapters/memory/persistence.js'
import type { Metrics } from '../adapters/prometheus/metrics.js'
import type { Config } from './config.js'

/** The stores of the configured mode. The AWS SDK is loaded only where it is used: it is slow to start. */
export async function openStore ({ mode, dynamodb }: Config, metrics: Metrics): Promise<Persistence> {
  if (mode === 'memory') return memoryPersistence()
  const { dynamoPersistence } = await import('../adapters/dynamodb/persistence.js')
  return dynamoPersistence({ ...dynamodb, onRequest: metrics.observeDynamodbRequest })
}
