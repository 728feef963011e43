import { asFunction, asValue, createContainer, type AwilixContainer, type Resolver } from 'awilix'
import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import type { OutboxObserver } from '../application/outbox/dispatch-shard.js'
import { EFFECTS } from '../application/outbox/effects.js'
import type { Gateways } from '../application/payments/gateways.js'
import { makeCompletePayments } from '../application/payments/complete-payments.js'
import { makeCompleteWebhookEvents } from '../application/payments/complete-webhook-events.js'
import type { Clock } from '../application/ports/clock.js'
import type { ConversationStore } from '../application/ports/conversation-store.js'
import type { Identity } from '../application/ports/identity.js'
import type { MessageStore } from '../application/ports/message-store.js'
import type { PaymentGateway } from '../application/ports/payment-gateway.js'
import type { OrderIndex } from '../application/ports/order-index.js'
import type { OutboxStore } from '../application/ports/outbox-store.js'
import type { PaymentStore } from '../application/ports/payment-store.js'
import type { Persistence } from '../application/ports/persistence.js'
import type { StatsStore } from '../application/ports/stats-store.js'
import type { StreamerStore } from '../application/ports/streamer-store.js'
import type { WebhookEventStore } from '../application/ports/webhook-event-store.js'
import { withBreaker } from '../adapters/breaker/gateway-breaker.js'
import type { UseCases } from '../adapters/http/routes.js'
import type { TokenVerifier } from '../adapters/http/auth.js'
import type { Metrics } from '../adapters/prometheus/metrics.js'
import { clock } from '../adapters/system/clock.js'
import { identity } from '../adapters/system/identity.js'
import { jwksTokenVerifier } from '../adapters/tokens/jwks-tokens.js'
import { secretTokenVerifier } from '../adapters/tokens/secret-tokens.js'
import type { Config } from './config.js'
import { measuredGateway, measuredPersistence } from './measured.js'
import { makeProvider, type Provider } from './providers.js'
import { outboxObserver, outboxWorks } from './outbox-works.js'
import { makeUseCases } from './use-cases.js'
import type { Work } from './worker.js'

/** Everything that is wired, by name. A registration that is missing, or that asks for another name, does not compile. */
export interface Cradle {
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock: Clock
  readonly identity: Identity
  /** As the technology gives it, before it is measured. */
  readonly store: Persistence
  readonly persistence: Persistence
  readonly messages: MessageStore
  readonly conversations: ConversationStore
  readonly payments: PaymentStore
  readonly streamers: StreamerStore
  readonly webhookEvents: WebhookEventStore
  readonly orderIndex: OrderIndex
  readonly outbox: OutboxStore
  readonly stats: StatsStore
  /** Known once the service listens. */
  readonly publicUrl: () => string
  /** The same for this process itself, who may not be able to go round by the public address. */
  readonly localUrl: () => string
  readonly returnUrlOrigins: () => readonly string[]
  readonly callbackUrl: (paymentId: string) => string
  readonly providers: readonly [Provider, ...Provider[]]
  readonly gateways: Gateways
  readonly providerPages: readonly FastifyPluginAsync[]
  readonly verifyToken: TokenVerifier
  readonly useCases: UseCases
  readonly outboxObserver: OutboxObserver
  /** What goes on beside the requests, from the first moment that the service listens. */
  readonly works: readonly Work[]
}

/** What comes from outside: all that a test may want to be another. */
export type Outside = Pick<Cradle, 'config' | 'logger' | 'metrics' | 'store' | 'publicUrl' | 'localUrl'> & Partial<Pick<Cradle, 'clock' | 'identity' | 'gateways'>>

const single = <T>(make: (cradle: Cradle) => T) => asFunction(make).singleton()

export function buildContainer (outside: Outside): AwilixContainer<Cradle> {
  const container = createContainer<Cradle>({ strict: true })
  const registrations: { [N in keyof Cradle]: Resolver<Cradle[N]> } = {
    config: asValue(outside.config),
    logger: asValue(outside.logger),
    metrics: asValue(outside.metrics),
    clock: asValue(outside.clock ?? clock),
    identity: asValue(outside.identity ?? identity),
    publicUrl: asValue(outside.publicUrl),
    localUrl: asValue(outside.localUrl),
    store: single(() => outside.store).disposer(async (store) => { await store.close() }),
    persistence: single(({ store, metrics }) => measuredPersistence(store, metrics)),
    messages: single(({ persistence }) => persistence.messages),
    conversations: single(({ persistence }) => persistence.conversations),
    payments: single(({ persistence }) => persistence.payments),
    streamers: single(({ persistence }) => persistence.streamers),
    webhookEvents: single(({ persistence }) => persistence.webhookEvents),
    orderIndex: single(({ persistence }) => persistence.orderIndex),
    outbox: single(({ persistence }) => persistence.outbox),
    stats: single(({ persistence }) => persistence.stats),
    returnUrlOrigins: single(({ config, publicUrl }) => () => config.returnUrlOrigins.length > 0 ? config.returnUrlOrigins : [publicUrl()]),
    callbackUrl: single(({ publicUrl }) => (paymentId: string) => `${publicUrl()}/api/payments/${paymentId}/return`),
    providers: single(configuredProviders).disposer(async (providers) => { await Promise.all(providers.map(async ({ close }) => { await close?.() })) }),
    gateways: outside.gateways === undefined ? single(configuredGateways) : asValue(outside.gateways),
    providerPages: single(({ providers }) => providers.map(({ pages }) => pages).filter((pages) => pages !== undefined)),
    verifyToken: single(({ config: { auth } }) => auth.mode === 'secret' ? secretTokenVerifier(auth) : jwksTokenVerifier(auth)),
    useCases: single(makeUseCases),
    outboxObserver: single(outboxObserver),
    works: single(makeWorks),
  }
  container.register(registrations)
  return container
}

function configuredProviders (cradle: Cradle): Cradle['providers'] {
  const [first, ...others] = cradle.config.providers
  return [makeProvider(first, cradle), ...others.map((settings) => makeProvider(settings, cradle))]
}

function configuredGateways ({ providers: [first, ...others], metrics }: Cradle): Gateways {
  const watched = ({ gateway }: Provider): PaymentGateway => withBreaker(measuredGateway(gateway, metrics))
  return [watched(first), ...others.map(watched)]
}

/** How long the completer rests: what it looks for becomes due minutes after it began. */
const COMPLETER_PAUSE_MS = 10_000

function makeWorks (ports: Cradle): readonly Work[] {
  const { outbox, payments, clock, identity, outboxObserver, metrics } = ports
  return [
    ...outboxWorks({ outbox, payments, clock, identity, effects: EFFECTS, outboxObserver, metrics }),
    { name: 'complete payments', pauseMs: COMPLETER_PAUSE_MS, run: makeCompletePayments(ports) },
    { name: 'complete webhook events', pauseMs: COMPLETER_PAUSE_MS, run: makeCompleteWebhookEvents(ports) },
  ]
}
