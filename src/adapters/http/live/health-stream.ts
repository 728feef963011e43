import type { ProviderStanding } from '#application/payments/read-providers.js'
import type { StoreStatus } from '#application/ports/durability.js'
import type { Clock } from '#application/ports/system.js'
import { standingView } from '../operations/provider-routes.js'
import type { LiveConnection } from './connection.js'
import { eventFrame, type Frame } from './frame.js'

/** How often readers get the health of the service. */
export const HEALTH_PAUSE_MS = 2000

export interface HealthPorts {
  readonly clock: Clock
  /** Asks the store whether it answers. @throws store_unavailable */
  readonly ping: () => Promise<void>
  readonly status: () => StoreStatus
  /** Age in seconds of the oldest event that waits. */
  readonly outboxLagS: () => number
  readonly readProviders: () => readonly ProviderStanding[]
  /** What waits for a person. @throws store_unavailable */
  readonly readAttention: () => Promise<readonly object[]>
  /** Has `beat` called at once. */
  readonly wake: () => void
}

/** The health of the service for those who look at it: found out once for all of them, and not while no one looks. */
export class HealthStream {
  readonly #ports: HealthPorts
  readonly #connections = new Set<LiveConnection>()
  #last: { readonly frame: Frame, readonly atMs: number } | null = null

  constructor (ports: HealthPorts) {
    this.#ports = ports
  }

  join (connection: LiveConnection): void {
    this.#connections.add(connection)
    if (this.#last !== null && Date.parse(this.#ports.clock()) - this.#last.atMs < HEALTH_PAUSE_MS) connection.write(this.#last.frame)
    else if (this.#connections.size === 1) this.#ports.wake()
  }

  leave (connection: LiveConnection): void {
    this.#connections.delete(connection)
  }

  /** To be called every `HEALTH_PAUSE_MS`. */
  async beat (): Promise<void> {
    if (this.#connections.size === 0) return
    const health = await this.#read()
    const frame = eventFrame('health', health)
    this.#last = { frame, atMs: Date.parse(health.at) }
    for (const connection of this.#connections) connection.write(frame)
  }

  async #read () {
    const { clock, ping, status, outboxLagS, readProviders, readAttention } = this.#ports
    const [isAnswered, attention] = await Promise.all([
      ping().then(() => true, () => false),
      // Where the store is away, there is the more reason to show the rest.
      readAttention().catch(() => undefined),
    ])
    const { mode, journal } = status()
    return {
      at: clock(),
      mode,
      store: isAnswered && mode !== 'degraded' ? 'up' : 'down',
      ...(journal !== null && { journal }),
      outbox: { lagSeconds: Math.round(outboxLagS()) },
      providers: readProviders().map((provider) => ({ ...standingView(provider), currencies: undefined })),
      ...(attention !== undefined && { attention }),
    }
  }
}
