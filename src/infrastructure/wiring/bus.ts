import type { Logger } from 'pino'
import type { Identity } from '#application/ports/system.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { BusObserver, RunningBus } from '#adapters/redis/bus.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import type { Config } from '../config/config.js'

interface Surroundings {
  readonly logger: Pick<Logger, 'info' | 'warn'>
  readonly metrics: Pick<Metrics, 'countBusMessage'>
  readonly identity: Pick<Identity, 'random'>
}

/** Makes the bus between processes. */
export type MakeBus = (surroundings: Surroundings) => RunningBus

/** The configured bus; without one, it ends at this process. The package of Redis is loaded where it is needed alone. */
export async function loadBus ({ busUrl, dynamodb: { tableNames } }: Pick<Config, 'busUrl' | 'dynamodb'>): Promise<MakeBus> {
  if (busUrl === null) return () => ({ bus: makeLocalBus(), close: () => {} })
  const { makeRedisBus } = await import('#adapters/redis/bus.js')
  return (surroundings) => makeRedisBus({
    url: busUrl,
    // Processes that share their tables share the bus.
    channel: `basvideo:${tableNames.events}`,
    nodeId: surroundings.identity.random('node'),
    local: makeLocalBus(),
    observer: observerOf(surroundings),
  })
}

function observerOf ({ logger, metrics }: Surroundings): BusObserver {
  return {
    message: metrics.countBusMessage,
    connected: (isConnected, reason) => {
      if (isConnected) logger.info('the bus between processes is there')
      else logger.warn({ reason }, 'the bus between processes is away: what other processes write is found by looks at the store')
    },
  }
}
