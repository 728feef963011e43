import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import type { OutboxObserver } from '#application/outbox/dispatch-shard.js'
import type { Gateways } from '#application/payments/gateways.js'
import type { Background } from '#application/ports/background.js'
import type { Clock } from '#application/ports/clock.js'
import type { Identity } from '#application/ports/identity.js'
import type { Notifier } from '#application/ports/notifier.js'
import type { PasswordHasher } from '#application/ports/password-hasher.js'
import type { OpenStores, Stores } from '#application/ports/stores.js'
import type { Quarantine } from '#application/ports/quarantine.js'
import type { Journal } from '#adapters/durability/journal/journal.js'
import type { JournaledWrite } from '#adapters/durability/writes/journaled-write.js'
import type { Accounts } from '#adapters/http/accounts/auth-routes.js'
import type { RequestFreshness } from '#adapters/http/shared/freshness.js'
import type { UseCases } from '#adapters/http/routes.js'
import type { TokenVerifier } from '#adapters/http/guards/auth.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { RunningBackground } from '#adapters/system/background.js'
import type { Config } from '../config/config.js'
import type { Notifying } from './notifications.js'
import type { MakeProvider, Provider } from './providers.js'
import type { Durability } from './durability.js'
import type { Job } from '../runtime/job.js'

/** Everything that is wired, by name. A registration that is missing, or that asks for another name, does not compile. */
export interface Cradle extends Stores {
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock: Clock
  readonly identity: Identity
  /** As the technology gives it, before it is measured. */
  readonly openedStores: OpenStores
  /** Of what DynamoDB misses; null where there is none, and in memory mode, whose store has it. */
  readonly journal: Journal<JournaledWrite> | null
  readonly freshness: RequestFreshness
  readonly durability: Durability
  readonly quarantine: Quarantine
  readonly stores: OpenStores
  readonly notifier: Notifier
  readonly passwords: PasswordHasher
  readonly runningBackground: RunningBackground
  readonly background: Background
  readonly notifying: Notifying
  /** Known once the service listens. */
  readonly publicUrl: () => string
  /** The same for this process itself, who may not be able to go round by the public address. */
  readonly localUrl: () => string
  readonly returnUrlOrigins: () => readonly string[]
  readonly callbackUrl: (paymentId: string) => string
  readonly providerMakers: readonly [MakeProvider, ...MakeProvider[]]
  readonly providers: readonly [Provider, ...Provider[]]
  readonly gateways: Gateways
  readonly providerPages: readonly FastifyPluginAsync[]
  readonly access: Access
  readonly verifyToken: TokenVerifier
  readonly useCases: UseCases
  readonly outboxObserver: OutboxObserver
  /** What goes on beside the requests, from the first moment that the service listens. */
  readonly jobs: readonly Job[]
}

/** How callers are known. */
export interface Access {
  /** Null where somebody else knows who people are. */
  readonly accounts: Accounts | null
  readonly verifyToken: TokenVerifier
}

/** What comes from outside: all that a test may want to be another. */
export type Outside = Pick<Cradle, 'config' | 'logger' | 'metrics' | 'openedStores' | 'journal' | 'providerMakers' | 'publicUrl' | 'localUrl'> & Partial<Pick<Cradle, 'clock' | 'identity' | 'gateways' | 'notifier' | 'passwords' | 'runningBackground' | 'verifyToken'>>
