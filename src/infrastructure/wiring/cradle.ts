import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { ChannelSnapshot } from '#domain/channels/channel-state.js'
import type { RoomEntry } from '#domain/rooms/room-entry.js'
import type { RoomSnapshot } from '#domain/rooms/room-state.js'
import type { StepUpAmounts } from '#domain/payments/step-up-amount.js'
import type { ApiKeyCheck } from '#application/accounts/check-api-key.js'
import type { RequireStepUp } from '#application/accounts/step-up.js'
import type { IsReachable } from '#application/messages/receivers.js'
import type { ErrorBuffer } from '#application/error-log/error-buffer.js'
import type { ErasureObserver } from '#application/accounts/carry-out-erasures.js'
import type { OutboxObserver } from '#application/outbox/dispatch-shard.js'
import type { OpenChannel } from '#application/channels/open-channels.js'
import type { FeedTails } from '#application/live/feed-tails.js'
import type { CountTyping } from '#application/live/typing.js'
import type { Viewers } from '#application/live/viewers.js'
import type { OpenRoom } from '#application/rooms/open-rooms.js'
import type { RoundObserver } from '#application/payments/daily-round.js'
import type { ApplyShipmentEvent } from '#application/shipping/apply-shipment-event.js'
import type { Carriers } from '#application/shipping/carriers.js'
import type { DeclineBrake } from '#application/payments/decline-brake.js'
import type { Gateways } from '#application/payments/gateways.js'
import type { ProcessPaymentPorts } from '#application/payments/process-payment.js'
import type { PerformanceBuffer } from '#application/performance/performance-buffer.js'
import type { Bus } from '#application/ports/bus.js'
import type { AttemptStore } from '#application/ports/account-stores.js'
import type { Background, Clock, Identity, Pause } from '#application/ports/system.js'
import type { VideoProvider } from '#application/ports/video-provider.js'
import type { OrderTokens } from '#application/ports/order-tokens.js'
import type { Notifier } from '#application/ports/notifier.js'
import type { SenderOf } from '#application/ports/sender.js'
import type { IsSmsCountry } from '#application/ports/phone-codes.js'
import type { PasswordHasher } from '#application/ports/credentials.js'
import type { Quarantine } from '#application/ports/durability.js'
import type { OpenStores, Stores } from '#application/ports/stores.js'
import type { Journal } from '#adapters/durability/journal/journal.js'
import type { JournaledWrite } from '#adapters/durability/writes/journaled-write.js'
import type { EventLogOptions } from '#adapters/http/live/event-log-routes.js'
import type { HealthOptions } from '#adapters/http/live/health-routes.js'
import type { OwnEventsOptions } from '#adapters/http/live/own-routes.js'
import type { Places } from '#adapters/http/live/places.js'
import type { LiveOptions } from '#adapters/http/live/routes.js'
import type { ConsoleOptions } from '#adapters/http/console/routes.js'
import type { AuthOptions } from '#adapters/http/guards/auth.js'
import type { TokenVerifier } from '#adapters/http/guards/bearer.js'
import type { UseCases } from '#adapters/http/routes.js'
import type { RequestActors } from '#adapters/http/shared/actors.js'
import type { RequestFreshness } from '#adapters/http/shared/freshness.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import type { RunningBus } from '#adapters/redis/bus.js'
import type { RunningBackground } from '#adapters/system/system.js'
import type { Config } from '../config/config.js'
import type { Bell } from '../runtime/bell.js'
import type { Job } from '../runtime/job.js'
import type { Tracing } from '../runtime/tracing.js'
import type { Access } from './access.js'
import type { MakeBus } from './bus.js'
import type { CarrierFactories, RunningCarriers } from './carriers.js'
import type { GatewayFactories, RunningGateways } from './gateways.js'
import type { Notifying } from './notifications.js'
import type { Durability } from './durability.js'
import type { Shared } from '../workers/shared.js'
import type { OutboxBells } from './waking.js'

/**
 * Every entry of the container, in the container's order; the stores are entries too, under their own names. An entry that is not
 * registered, or a factory that asks for a name that does not exist, does not compile.
 */
export interface Cradle extends Stores {
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
  readonly tracing: Tracing
  /** The errors of this process that are not written to the error log yet. */
  readonly errorBuffer: ErrorBuffer
  /** What this process has measured and not written to the performance log yet. */
  readonly performanceBuffer: PerformanceBuffer
  readonly clock: Clock
  readonly identity: Identity
  readonly pause: Pause
  /** The base of links for people. Known once the service listens. */
  readonly publicUrl: () => string
  /** The address of this process, for its own requests: a process need not reach itself by its public address. */
  readonly localUrl: () => string
  readonly runningBackground: RunningBackground
  readonly background: Background
  /** The stores of the technology, before durability and metrics. */
  readonly openedStores: OpenStores
  /** The journal for outages of DynamoDB. In memory mode it is null: the stores themselves keep one. */
  readonly journal: Journal<JournaledWrite> | null
  readonly freshness: RequestFreshness
  /** Whom the events name that are stored at the moment. */
  readonly actors: RequestActors
  readonly durability: Durability
  readonly quarantine: Quarantine
  readonly outboxBells: OutboxBells
  /** The stores that use cases get. */
  readonly stores: OpenStores
  readonly runningGateways: RunningGateways
  readonly gateways: Gateways
  readonly runningCarriers: RunningCarriers
  readonly carriers: Carriers
  readonly shippingPiiMs: number
  readonly senderOf: SenderOf
  /** Applies events of carriers in the inbox. */
  readonly applyShipmentEvent: ApplyShipmentEvent
  /** The zone of the days in statistics. */
  readonly shopTimeZone: string
  readonly orderTokens: OrderTokens
  readonly returnUrlOrigins: () => readonly string[]
  /** Our address of a payment, with its key, to which a provider sends the payer back. */
  readonly callbackUrl: ProcessPaymentPorts['callbackUrl']
  /** Counts of this process alone. */
  readonly localAttempts: AttemptStore
  /** Counts for all workers of the start. */
  readonly declineBrake: DeclineBrake
  readonly knowsUsers: boolean
  readonly retainBillingYears: number
  /** From the deletion of a person to the second pass of its erasure. */
  readonly secondPassMs: number
  readonly abandonMs: number
  readonly isSmsCountry: IsSmsCountry
  readonly isReachable: IsReachable
  readonly firstMessagesPerDay: number
  readonly roomRateMax: number
  /** Null: rooms have no video. */
  readonly video: VideoProvider | null
  /** The rooms that this process keeps open, for requests and jobs alike. */
  readonly openRoom: OpenRoom
  readonly openChannel: OpenChannel
  /** Within this process. It carries whole pages. */
  readonly bus: Bus
  readonly runningBus: RunningBus
  /** Between all processes. It carries no texts, and nothing of people but their ids. */
  readonly bells: Bus
  /** Ring when another process has stored a page that readers of this one wait for. */
  readonly roomBell: Bell
  readonly channelBell: Bell
  /** The feeds that this process reads live. */
  readonly roomTails: FeedTails<RoomEntry, RoomSnapshot>
  readonly channelTails: FeedTails<ChannelEntry, ChannelSnapshot>
  /** The places of streams, in all workers of the start. */
  readonly places: Places
  /** Signs of typing, in all workers of the start. */
  readonly countTyping: CountTyping
  readonly viewers: Viewers
  readonly live: LiveOptions & OwnEventsOptions & EventLogOptions & HealthOptions
  /** Rings when a process has published events. */
  readonly eventBell: Bell
  /** Rings when someone begins to look at the health of the service. */
  readonly healthBell: Bell
  readonly readTicket: AuthOptions['readTicket']
  readonly notifying: Notifying
  readonly notifier: Notifier
  readonly passwords: PasswordHasher
  readonly access: Access
  readonly requireStepUp: RequireStepUp
  readonly stepUpAmounts: StepUpAmounts | null
  readonly apiKeyCheck: ApiKeyCheck
  readonly verifyToken: TokenVerifier
  readonly useCases: UseCases
  readonly demoPages: readonly FastifyPluginAsync[]
  /** Null: there is no console. */
  readonly operatorsConsole: ConsoleOptions | null
  /** Where the built console is. */
  readonly consoleFolder: string
  readonly consolePages: readonly FastifyPluginAsync[]
  /** The pages of payment providers, the console, and those for developers. */
  readonly pages: readonly FastifyPluginAsync[]
  readonly outboxObserver: OutboxObserver
  readonly roundObserver: RoundObserver
  readonly erasureObserver: ErasureObserver
  /** They run while the service listens. */
  readonly jobs: readonly Job[]
}

/** The entries that come from outside the container, and those that tests may replace. */
export type Outside =
  & Pick<Cradle, 'config' | 'logger' | 'metrics' | 'tracing' | 'errorBuffer' | 'performanceBuffer' | 'openedStores' | 'journal' | 'publicUrl' | 'localUrl'>
  & { readonly gatewayFactories: GatewayFactories, readonly carrierFactories: CarrierFactories, readonly makeBus: MakeBus, readonly loadedVideo: VideoProvider | null, readonly shared: Shared | null }
  & Partial<Pick<Cradle, 'clock' | 'identity' | 'isReachable' | 'gateways' | 'carriers' | 'notifier' | 'passwords' | 'runningBackground' | 'verifyToken' | 'consoleFolder'>>
