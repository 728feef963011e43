import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import type { OutboxObserver } from '#application/outbox/dispatch-shard.js'
import type { Gateways } from '#application/payments/gateways.js'
import type { AttemptStore } from '#application/ports/attempt-store.js'
import type { AuditStore } from '#application/ports/audit-store.js'
import type { Background } from '#application/ports/background.js'
import type { Clock } from '#application/ports/clock.js'
import type { ConversationStore } from '#application/ports/conversation-store.js'
import type { Identity } from '#application/ports/identity.js'
import type { MessageStore } from '#application/ports/message-store.js'
import type { NotificationPreferenceStore } from '#application/ports/notification-preference-store.js'
import type { NotificationStore } from '#application/ports/notification-store.js'
import type { Notifier } from '#application/ports/notifier.js'
import type { OrderIndex } from '#application/ports/order-index.js'
import type { OutboxStore } from '#application/ports/outbox-store.js'
import type { PasswordHasher } from '#application/ports/password-hasher.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import type { Stores } from '#application/ports/stores.js'
import type { Quarantine } from '#application/ports/quarantine.js'
import type { SessionStore } from '#application/ports/session-store.js'
import type { StatsStore } from '#application/ports/stats-store.js'
import type { StreamerStore } from '#application/ports/streamer-store.js'
import type { UserStore } from '#application/ports/user-store.js'
import type { WebhookEventStore } from '#application/ports/webhook-event-store.js'
import type { Journal } from '#adapters/durability/journal/journal.js'
import type { JournaledWrite } from '#adapters/durability/journaled-write.js'
import type { Accounts } from '#adapters/http/accounts/auth-routes.js'
import type { RequestFreshness } from '#adapters/http/shared/freshness.js'
import type { UseCases } from '#adapters/http/routes.js'
import type { TokenVerifier } from '#adapters/http/guards/auth.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { RunningBackground } from '#adapters/system/background.js'
import type { Config } from '../config/config.js'
import type { Notifying } from './notifications.js'
import type { MakeProvider, Provider } from './providers.js'
import type { Standby } from './standby.js'
import type { Job } from '../runtime/job.js'

/** Everything that is wired, by name. A registration that is missing, or that asks for another name, does not compile. */
export interface Cradle {
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock: Clock
  readonly identity: Identity
  /** As the technology gives it, before it is measured. */
  readonly openedStores: Stores
  /** Of what DynamoDB misses; null where there is none, and in memory mode, whose store has it. */
  readonly journal: Journal<JournaledWrite> | null
  readonly freshness: RequestFreshness
  readonly standby: Standby
  readonly quarantine: Quarantine
  readonly stores: Stores
  readonly messages: MessageStore
  readonly conversations: ConversationStore
  readonly payments: PaymentStore
  readonly streamers: StreamerStore
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly attempts: AttemptStore
  readonly audit: AuditStore
  readonly notifier: Notifier
  readonly passwords: PasswordHasher
  readonly runningBackground: RunningBackground
  readonly background: Background
  readonly webhookEvents: WebhookEventStore
  readonly orderIndex: OrderIndex
  readonly notifications: NotificationStore
  readonly notificationPreferences: NotificationPreferenceStore
  readonly notifying: Notifying
  readonly outbox: OutboxStore
  readonly stats: StatsStore
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
