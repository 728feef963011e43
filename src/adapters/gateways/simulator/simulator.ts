import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '#application/ports/clock.js'
import type { Identity } from '#application/ports/identity.js'
import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import { delay as realDelay, type Delay } from './delay.js'
import { makeDelivery, type Undelivered } from './delivery.js'
import { makeGateway } from './gateway.js'
import { makePages } from './pages.js'
import { makeNews } from './news.js'
import { makeProvider, type Effects } from './provider.js'
import { webhookKey } from './webhook.js'

/** How long things take, and how many there may be. */
export const SIMULATOR_LIMITS = {
  slowMs: 3000,
  laterMs: 2000,
  lateMs: 30_000,
  overtakeMs: 5000,
  chargesMax: 100_000,
  triesMax: 5,
  backoffMs: 500,
  timeoutMs: 5000,
  inFlightMax: 8,
  pendingMax: 1000,
  newsWaitMs: 3000,
}

export interface SimulatorOptions {
  /** `whsec_` and base64. The first signs; each is taken, so that a secret can be replaced without a gap. */
  readonly secrets: readonly [string, ...string[]]
  /** Where webhooks go. Asked at each try, because the port is known only once the service listens. */
  readonly webhookUrl: () => string
  /** The public address of the payment page of a reference: `/simulator/pay/<reference>`. */
  readonly pageUrl: (reference: string) => string
  readonly clock: Clock
  readonly identity: Pick<Identity, 'random'>
  /** Told of webhooks that nobody took in. Must not throw. */
  readonly onGivenUp: (undelivered: Undelivered) => void
  /** For tests: waits that end when they say. */
  readonly delay?: Delay
  readonly limits?: Partial<typeof SIMULATOR_LIMITS>
}

export interface Simulator {
  readonly gateway: PaymentGateway
  /** The hosted payment page. */
  readonly pages: FastifyPluginAsync
  effects: () => Effects
  /** Ends the sending of webhooks: within `timeoutMs`. */
  close: () => Promise<void>
}

/**
 * A payment provider inside the service, for development, tests and demonstrations. It sends real webhooks over HTTP.
 * @throws Error when a secret is none
 */
export function makeSimulator (options: SimulatorOptions): Simulator {
  const { webhookUrl, pageUrl, clock, identity, onGivenUp, delay = realDelay } = options
  const limits = { ...SIMULATOR_LIMITS, ...options.limits }
  const [current, ...older] = options.secrets
  const key = webhookKey(current)
  const delivery = makeDelivery({ key, webhookUrl, clock, delay, onGivenUp, ...limits })
  const provider = makeProvider({ clock, identity, delay, news: makeNews({ identity, delay, send: delivery.send, ...limits }), ...limits })
  return {
    gateway: makeGateway({ provider, keys: [key, ...older.map(webhookKey)], pageUrl }),
    pages: makePages({ provider, delay, newsWaitMs: limits.newsWaitMs }),
    effects: provider.effects,
    close: delivery.close,
  }
}
