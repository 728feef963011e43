import type { FastifyPluginAsync } from 'fastify'
import { adminPaymentRoutes, type AdminPaymentUseCases } from './payments/admin-routes.js'
import { AuditList, auditRoutes, type AuditUseCases } from './operations/audit-routes.js'
import { completionRoutes, type CompletionUseCases } from './payments/completion-routes.js'
import { completionSchemas } from './payments/completion-schemas.js'
import { conversationRoutes, type ConversationUseCases } from './messages/conversation-routes.js'
import { exportRoutes, type ExportUseCases } from './payments/export-routes.js'
import { messageRoutes, type MessageUseCases } from './messages/routes.js'
import { messageSchemas } from './messages/schemas.js'
import { notificationRoutes, type NotificationUseCases } from './notifications/routes.js'
import { notificationSchemas } from './notifications/schemas.js'
import { outboxRoutes, type OutboxUseCases } from './operations/outbox-routes.js'
import { outboxSchemas } from './operations/outbox-schemas.js'
import { paymentRoutes, type PaymentUseCases } from './payments/routes.js'
import { paymentSchemas } from './payments/schemas.js'
import { paymentStatsRoutes, type PaymentStatsUseCases } from './payments/stats-routes.js'
import { paymentStatsSchemas } from './payments/stats-schemas.js'
import { quarantineRoutes, type QuarantineUseCases } from './operations/quarantine-routes.js'
import { quarantineSchemas } from './operations/quarantine-schemas.js'
import { returnRoutes, type ReturnUseCases } from './payments/return-routes.js'
import { searchRoutes, type SearchUseCases } from './payments/search-routes.js'
import { streamerRoutes, type StreamerUseCases } from './streamers/routes.js'
import { streamerSchemas } from './streamers/schemas.js'
import { unsubscribeRoutes, type UnsubscribeUseCases } from './notifications/unsubscribe-routes.js'
import { webhookRoutes, type WebhookUseCases } from './payments/webhook-routes.js'

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
