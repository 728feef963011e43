import type { FastifyPluginAsync } from 'fastify'
import { adminPaymentRoutes, type AdminPaymentUseCases } from './admin-payment-routes.js'
import { AuditList, auditRoutes, type AuditUseCases } from './audit-routes.js'
import { completionRoutes, type CompletionUseCases } from './completion-routes.js'
import { completionSchemas } from './completion-schemas.js'
import { conversationRoutes, type ConversationUseCases } from './conversation-routes.js'
import { exportRoutes, type ExportUseCases } from './export-routes.js'
import { messageRoutes, type MessageUseCases } from './message-routes.js'
import { messageSchemas } from './message-schemas.js'
import { notificationRoutes, type NotificationUseCases } from './notification-routes.js'
import { notificationSchemas } from './notification-schemas.js'
import { outboxRoutes, type OutboxUseCases } from './outbox-routes.js'
import { outboxSchemas } from './outbox-schemas.js'
import { paymentRoutes, type PaymentUseCases } from './payment-routes.js'
import { paymentSchemas } from './payment-schemas.js'
import { paymentStatsRoutes, type PaymentStatsUseCases } from './payment-stats-routes.js'
import { paymentStatsSchemas } from './payment-stats-schemas.js'
import { quarantineRoutes, type QuarantineUseCases } from './quarantine-routes.js'
import { quarantineSchemas } from './quarantine-schemas.js'
import { returnRoutes, type ReturnUseCases } from './return-routes.js'
import { searchRoutes, type SearchUseCases } from './search-routes.js'
import { streamerRoutes, type StreamerUseCases } from './streamer-routes.js'
import { streamerSchemas } from './streamer-schemas.js'
import { unsubscribeRoutes, type UnsubscribeUseCases } from './unsubscribe-routes.js'
import { webhookRoutes, type WebhookUseCases } from './webhook-routes.js'

/** All that routes ask of the application. */
export type UseCases =
  & MessageUseCases
  & ConversationUseCases
  & PaymentUseCases
  & ReturnUseCases
  & WebhookUseCases
  & AdminPaymentUseCases
  & PaymentStatsUseCases
  & ExportUseCases
  & SearchUseCases
  & CompletionUseCases
  & OutboxUseCases
  & QuarantineUseCases
  & StreamerUseCases
  & NotificationUseCases
  & UnsubscribeUseCases
  & AuditUseCases

/** In the order in which the OpenAPI document tells of them. */
export const routes: ReadonlyArray<FastifyPluginAsync<UseCases>> = [
  messageRoutes,
  conversationRoutes,
  paymentRoutes,
  returnRoutes,
  webhookRoutes,
  adminPaymentRoutes,
  paymentStatsRoutes,
  exportRoutes,
  searchRoutes,
  completionRoutes,
  outboxRoutes,
  quarantineRoutes,
  streamerRoutes,
  notificationRoutes,
  unsubscribeRoutes,
  auditRoutes,
]

/** Bodies that have a name of their own in the OpenAPI document. */
export const schemas = [...completionSchemas, ...messageSchemas, ...notificationSchemas, ...outboxSchemas, ...paymentSchemas, ...paymentStatsSchemas, ...quarantineSchemas, ...streamerSchemas, AuditList]
