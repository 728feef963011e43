import { asFunction, asValue, createContainer, type AwilixContainer, type Resolver } from 'awilix'
import type { FastifyPluginAsync } from 'fastify'
import type { Logger } from 'pino'
import { makeBlockUser } from '../application/messages/block-user.js'
import { makeListConversations } from '../application/messages/list-conversations.js'
import { makeListMessages } from '../application/messages/list-messages.js'
import { makeMarkConversationRead } from '../application/messages/mark-conversation-read.js'
import { makeMarkMessageRead } from '../application/messages/mark-message-read.js'
import { makeSendMessage } from '../application/messages/send-message.js'
import type { OutboxObserver } from '../application/outbox/dispatch-shard.js'
import { EFFECTS } from '../application/outbox/effects.js'
import { makeListParkedEvents } from '../application/outbox/list-parked-events.js'
import { makeRetryParkedEvent } from '../application/outbox/retry-parked-event.js'
import { makeExportPayments } from '../application/payments/export-payments.js'
import type { Gateways } from '../application/payments/gateways.js'
import { makeGetPayment } from '../application/payments/get-payment.js'
import { makeHandleWebhook } from '../application/payments/handle-webhook.js'
import { makeListAllPayments } from '../application/payments/list-all-payments.js'
import { makeListPayments } from '../application/payments/list-payments.js'
import { makePaymentStats } from '../application/payments/payment-stats.js'
import { makeProcessPayment } from '../application/payments/process-payment.js'
import { makeRefundPayment } from '../application/payments/refund-payment.js'
import { makeSearchOrders } from '../application/payments/search-orders.js'
import type { Clock } from '../application/ports/clock.js'
import type { ConversationStore } from '../application/ports/conversation-store.js'
import type { Identity } from '../application/ports/identity.js'
import type { MessageStore } from '../application/ports/message-store.js'
import type { OrderIndex } from '../application/ports/order-index.js'
import type { OutboxStore } from '../application/ports/outbox-store.js'
import type { PaymentStore } from '../application/ports/payment-store.js'
import type { Persistence } from '../application/ports/persistence.js'
import type { StatsStore } from '../application/ports/stats-store.js'
import type { StreamerStore } from '../application/ports/streamer-store.js'
import type { WebhookEventStore } from '../application/ports/webhook-event-store.js'
import { makeAddStreamer } from '../application/streamers/add-streamer.js'
import { makeGetStreamerStatus } from '../application/streamers/get-streamer-status.js'
import { makeListLedger } from '../application/streamers/list-ledger.js'
import { makeListStreamers } from '../application/streamers/list-streamers.js'
import { makeUseMinutes } from '../application/streamers/use-minutes.js'
import { makeSimulator, type Simulator } from '../adapters/gateways/simulator/simulator.js'
import type { AppOptions } from '../adapters/http/app.js'
import type { TokenVerifier } from '../adapters/http/auth.js'
import type { Metrics } from '../adapters/prometheus/metrics.js'
import { clock } from '../adapters/system/clock.js'
import { identity } from '../adapters/system/identity.js'
import { jwksTokenVerifier } from '../adapters/tokens/jwks-tokens.js'
import { secretTokenVerifier } from '../adapters/tokens/secret-tokens.js'
import type { Config } from './config.js'
import { measuredGateway, measuredPersistence } from './measured.js'
import { outboxObserver, outboxWorks } from './outbox-works.js'
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
  readonly simulator: Simulator
  readonly gateways: Gateways
  readonly providerPages: readonly FastifyPluginAsync[]
  readonly verifyToken: TokenVerifier
  readonly useCases: AppOptions['useCases']
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
    simulator: single(configuredSimulator).disposer(async (simulator) => { await simulator.close() }),
    gateways: outside.gateways === undefined ? single(({ simulator, metrics }): Gateways => [measuredGateway(simulator.gateway, metrics)]) : asValue(outside.gateways),
    providerPages: single(({ simulator }) => [simulator.pages]),
    verifyToken: single(({ config: { auth } }) => auth.mode === 'secret' ? secretTokenVerifier(auth) : jwksTokenVerifier(auth)),
    useCases: single(makeUseCases),
    outboxObserver: single(outboxObserver),
    works: single(({ outbox, payments, clock, identity, outboxObserver, metrics }): readonly Work[] => [
      ...outboxWorks({ outbox, payments, clock, identity, effects: EFFECTS, outboxObserver, metrics }),
    ]),
  }
  container.register(registrations)
  return container
}

function configuredSimulator ({ config, logger, clock, identity, publicUrl, localUrl }: Cradle): Simulator {
  return makeSimulator({
    secrets: config.simulatorSecrets,
    webhookUrl: () => `${localUrl()}/api/payments/webhook/simulator`,
    pageUrl: (reference) => `${publicUrl()}/simulator/pay/${reference}`,
    clock,
    identity,
    onGivenUp: ({ error, ...undelivered }) => { logger.warn({ ...undelivered, err: error }, 'nobody took in a webhook of the simulator') },
  })
}

function makeUseCases (ports: Cradle): AppOptions['useCases'] {
  return {
    sendMessage: makeSendMessage(ports),
    listMessages: makeListMessages(ports),
    markMessageRead: makeMarkMessageRead(ports),
    listConversations: makeListConversations(ports),
    markConversationRead: makeMarkConversationRead(ports),
    blockUser: makeBlockUser(ports),
    processPayment: makeProcessPayment(ports),
    getPayment: makeGetPayment(ports),
    listPayments: makeListPayments(ports),
    refundPayment: makeRefundPayment(ports),
    searchOrders: makeSearchOrders(ports),
    listAllPayments: makeListAllPayments(ports),
    exportPayments: makeExportPayments(ports),
    handleWebhook: makeHandleWebhook(ports),
    paymentStats: makePaymentStats(ports),
    listParkedEvents: makeListParkedEvents(ports),
    retryParkedEvent: makeRetryParkedEvent(ports),
    addStreamer: makeAddStreamer(ports),
    listStreamers: makeListStreamers(ports),
    getStreamerStatus: makeGetStreamerStatus(ports),
    useMinutes: makeUseMinutes(ports),
    listLedger: makeListLedger(ports),
  }
}
