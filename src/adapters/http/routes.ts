import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { ApiKeyUseCases } from '#application/accounts/api-keys.js'
import type { AccountUseCases } from '#application/accounts/use-cases.js'
import type { PersonUseCases } from '#application/accounts/person-use-cases.js'
import type { AttentionUseCases } from '#application/attention/use-cases.js'
import type { AuditUseCases } from '#application/audit/use-cases.js'
import type { ChannelUseCases } from '#application/channels/use-cases.js'
import type { ErrorLogUseCases } from '#application/error-log/use-cases.js'
import type { MessageUseCases } from '#application/messages/use-cases.js'
import type { NotificationUseCases } from '#application/notifications/use-cases.js'
import type { OutboxUseCases } from '#application/outbox/use-cases.js'
import type { HistoryUseCases } from '#application/live/history.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import type { PerformanceUseCases } from '#application/performance/use-cases.js'
import type { QuarantineUseCases } from '#application/quarantine/use-cases.js'
import type { RoomUseCases } from '#application/rooms/use-cases.js'
import type { ShippingUseCases } from '#application/shipping/use-cases.js'
import type { HandleCarrierWebhook } from '#application/shipping/handle-carrier-webhook.js'
import type { SenderUseCases } from '#application/shipping/sender-address.js'
import type { StreamerUseCases } from '#application/streamers/use-cases.js'
import { authRoutes, keyRoutes, type Accounts } from './accounts/auth-routes.js'
import * as apiKeys from './accounts/api-key-routes.js'
import * as accountSchemas from './accounts/schemas.js'
import { ErasePersonBody, personRoutes } from './accounts/person-routes.js'
import { phoneRoutes } from './accounts/phone-routes.js'
import * as secondFactor from './accounts/second-factor-routes.js'
import { adminUserRoutes, userRoutes } from './accounts/user-routes.js'
import { channelMessageRoutes, channelRoutes } from './channels/routes.js'
import * as channelSchemas from './channels/schemas.js'
import { consoleRoutes, type ConsoleOptions } from './console/routes.js'
import * as consoleSchemas from './console/schemas.js'
import { exportRoutes } from './exports/routes.js'
import * as eventLog from './live/event-log-routes.js'
import { healthRoutes, type HealthOptions } from './live/health-routes.js'
import * as history from './live/history-routes.js'
import { ownEventRoutes, StreamTicket, type OwnEventsOptions } from './live/own-routes.js'
import { liveRoutes, type LiveOptions } from './live/routes.js'
import * as messageReports from './messages/report-routes.js'
import { conversationRoutes, messageRoutes } from './messages/routes.js'
import * as messageSchemas from './messages/schemas.js'
import { notificationRoutes, unsubscribeRoutes } from './notifications/routes.js'
import * as notificationSchemas from './notifications/schemas.js'
import * as attention from './operations/attention-routes.js'
import { AuditList, auditRoutes } from './operations/audit.js'
import * as errorLog from './operations/error-log-routes.js'
import { frontRoutes } from './operations/front-routes.js'
import { metricsRoutes, type MetricsOptions } from './operations/metrics-routes.js'
import * as outbox from './operations/outbox-routes.js'
import * as providers from './operations/provider-routes.js'
import * as performanceLog from './operations/performance-routes.js'
import * as quarantine from './operations/quarantine-routes.js'
import { Alive, Health, serviceRoutes, type ServiceRoutesOptions } from './operations/service-routes.js'
import { adminPaymentRoutes, BillingRecord } from './payments/admin-routes.js'
import * as decisions from './payments/decision-routes.js'
import * as installments from './payments/installment-routes.js'
import { returnRoutes } from './payments/return-routes.js'
import { reversalRoutes } from './payments/reversal-routes.js'
import * as reversalSchemas from './payments/reversal-schemas.js'
import { paymentRoutes } from './payments/routes.js'
import * as paymentSchemas from './payments/schemas.js'
import { PaymentStats, paymentStatsRoutes } from './payments/stats-routes.js'
import { adminRoomRoutes } from './rooms/admin-routes.js'
import { roomMemberRoutes, roomMessageRoutes } from './rooms/message-routes.js'
import { roomRoutes, type ViewerCount } from './rooms/routes.js'
import * as roomSchemas from './rooms/schemas.js'
import { RoomStats, roomStatsRoutes } from './rooms/stats-routes.js'
import { roomVideoRoutes, VideoToken } from './rooms/video-routes.js'
import { Problem } from './shared/problem.js'
import { Done, namedSchemas } from './shared/schemas.js'
import { adminShipmentRoutes } from './shipping/admin-routes.js'
import { shipmentReturnRoutes } from './shipping/return-routes.js'
import { shipmentRoutes } from './shipping/routes.js'
import * as shippingSchemas from './shipping/schemas.js'
import * as geo from './shipping/geo-routes.js'
import * as sender from './shipping/sender-routes.js'
import { streamerRoutes } from './streamers/routes.js'
import * as streamerSchemas from './streamers/schemas.js'
import { carrierWebhookRoutes, videoWebhookRoutes, webhookEventRoutes, webhookRoutes } from './webhooks/routes.js'
import * as webhookSchemas from './webhooks/schemas.js'

/** What the routes call. */
export type UseCases =
  & MessageUseCases
  & PaymentUseCases
  & ShippingUseCases
  & SenderUseCases
  & { readonly handleCarrierWebhook: HandleCarrierWebhook }
  & StreamerUseCases
  & RoomUseCases
  & ViewerCount
  & ChannelUseCases
  & PersonUseCases
  & ApiKeyUseCases
  & NotificationUseCases
  & OutboxUseCases
  & QuarantineUseCases
  & AuditUseCases
  & AttentionUseCases
  & ErrorLogUseCases
  & PerformanceUseCases
  & HistoryUseCases

/** The routes of every service, in the order of the OpenAPI document. */
const ROUTES: ReadonlyArray<FastifyPluginAsync<UseCases>> = [
  messageRoutes,
  conversationRoutes,
  messageReports.messageReportRoutes,
  paymentRoutes,
  installments.installmentRoutes,
  returnRoutes,
  webhookRoutes,
  adminPaymentRoutes,
  decisions.decisionRoutes,
  reversalRoutes,
  paymentStatsRoutes,
  exportRoutes,
  webhookEventRoutes,
  outbox.outboxRoutes,
  quarantine.quarantineRoutes,
  shipmentRoutes,
  shipmentReturnRoutes,
  adminShipmentRoutes,
  history.historyRoutes,
  carrierWebhookRoutes,
  geo.geoRoutes,
  sender.senderRoutes,
  streamerRoutes,
  roomRoutes,
  roomMessageRoutes,
  roomMemberRoutes,
  roomStatsRoutes,
  roomVideoRoutes,
  videoWebhookRoutes,
  adminRoomRoutes,
  channelRoutes,
  channelMessageRoutes,
  notificationRoutes,
  unsubscribeRoutes,
  personRoutes,
  apiKeys.apiKeyRoutes,
  auditRoutes,
  attention.attentionRoutes,
  providers.providerRoutes,
  errorLog.errorLogRoutes,
  performanceLog.performanceRoutes,
]

/** The routes of a service that knows its users itself. */
const ACCOUNT_ROUTES: ReadonlyArray<FastifyPluginAsync<Accounts>> = [authRoutes, keyRoutes, userRoutes, phoneRoutes, secondFactor.secondFactorRoutes, adminUserRoutes]

/** What a service of another configuration lacks, for the routes that no one calls in the OpenAPI document. */
const OF_OTHERS = { accounts: { useCases: {} as AccountUseCases, keys: [] }, operatorsConsole: { useCases: {} } as ConsoleOptions, metricsHere: { metrics: {} as MetricsOptions['metrics'], token: null }, pages: [] }

/** Modules whose exported schemas have a name in the OpenAPI document. */
const SCHEMAS = [messageSchemas, messageReports, paymentSchemas, reversalSchemas, decisions, installments, webhookSchemas, shippingSchemas, geo, sender, history, eventLog, streamerSchemas, roomSchemas, channelSchemas, notificationSchemas, apiKeys, outbox, quarantine, attention, providers, errorLog, performanceLog, consoleSchemas, { Alive, AuditList, BillingRecord, Done, ErasePersonBody, Health, PaymentStats, Problem, RoomStats, StreamTicket, VideoToken }]

export interface RoutesOptions extends ServiceRoutesOptions {
  readonly useCases: UseCases
  /** Null when another service knows the users: there are no routes for accounts then. */
  readonly accounts: Accounts | null
  /** Null: there is no console. */
  readonly operatorsConsole: ConsoleOptions | null
  /** Null: the metrics are not served here. */
  readonly metricsHere: MetricsOptions | null
  readonly live: LiveOptions & OwnEventsOptions & eventLog.EventLogOptions & HealthOptions
  /** The pages of payment providers, and those for developers. */
  readonly pages: readonly FastifyPluginAsync[]
}

/** The routes of every configuration, whatever this one is. */
export async function registerAllRoutes (app: FastifyInstance, options: RoutesOptions): Promise<void> {
  await registerRoutes(app, { ...options, ...OF_OTHERS })
}

export async function registerRoutes (app: FastifyInstance, options: RoutesOptions): Promise<void> {
  const { useCases, accounts, operatorsConsole, metricsHere, live, pages } = options
  for (const schema of SCHEMAS.flatMap(namedSchemas)) app.addSchema(schema)
  await app.register(ownEventRoutes, live)
  await app.register(liveRoutes, live)
  await app.register(eventLog.eventLogRoutes, live)
  await app.register(healthRoutes, live)
  for (const routes of ROUTES) await app.register(routes, useCases)
  for (const schema of [accountSchemas, secondFactor].flatMap(namedSchemas)) app.addSchema(schema)
  if (accounts !== null) await app.register(onlyWhere('AUTH_MODE=local', ACCOUNT_ROUTES), accounts)
  if (operatorsConsole !== null) await app.register(onlyWhere('CONSOLE is not off', [consoleRoutes]), operatorsConsole)
  await app.register(serviceRoutes, options)
  await app.register(frontRoutes, options)
  if (metricsHere !== null) await app.register(onlyWhere('METRICS_PORT is not set and, in production, METRICS_TOKEN is', [metricsRoutes]), metricsHere)
  for (const page of pages) await app.register(page)
}

/** Routes that only a service with these settings has. */
function onlyWhere<T extends object> (settings: string, all: ReadonlyArray<FastifyPluginAsync<T>>): FastifyPluginAsync<T> {
  return async (app, options) => {
    app.addHook('onRoute', (route) => { route.config = { ...route.config, onlyWhere: settings } })
    for (const routes of all) await app.register(routes, options)
  }
}
