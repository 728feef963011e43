import type { Logger } from 'pino'
import type { Bus } from '#application/ports/bus.js'
import type { Identity } from '#application/ports/system.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { BusObserver, RunningBus } from '#adapters/redis/bus.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import type { Config } from '../config/config.js'
import type { Shared } from '../workers/shared.js'

interface Surroundings {
  readonly logger: Pick<Logger, 'info' | 'warn'>
  readonly metrics: Pick<Metrics, 'countBusMessage'>
  readonly identity: Pick<Identity, 'random'>
}

/** Makes the bus between processes. */
export type MakeBus = (surroundings: Surroundings) => RunningBus

/** The configured bus; without one, it ends at this start: at this process, and the other workers. The package of Redis is loaded where it is needed alone. */
export async function loadBus ({ busUrl, dynamodb: { tableNames } }: Pick<Config, 'busUrl' | 'dynamodb'>, shared: Pick<Shared, 'busWith' | 'startId'> | null = null): Promise<MakeBus> {
  const busOfStart = (local: Bus, { metrics }: Surroundings): Bus => shared === null ? local : shared.busWith(local, metrics.countBusMessage)
  if (busUrl === null) return (surroundings) => ({ bus: busOfStart(makeLocalBus(), surroundings), close: () => {} })
  const { makeRedisBus } = await import('#adapters/redis/bus.js')
  return (surroundings) => {
    const local = makeLocalBus()
    return makeRedisBus({
      url: busUrl,
      // Processes that share their tables share the bus.
      channel: `basvideo:${tableNames.events}`,
      nodeId: shared?.startId ?? surroundings.identity.random('node'),
      local,
      own: busOfStart(local, surroundings),
      observer: observerOf(surroundings),
    })
  }
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
