import type { FastifyPluginAsync } from 'fastify'
import type { AuditUseCases } from '#application/audit/use-cases.js'
import type { MessageUseCases } from '#application/messages/use-cases.js'
import type { NotificationUseCases } from '#application/notifications/use-cases.js'
import type { OutboxUseCases } from '#application/outbox/use-cases.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import type { QuarantineUseCases } from '#application/quarantine/use-cases.js'
import type { StreamerUseCases } from '#application/streamers/use-cases.js'
import { adminPaymentRoutes } from './payments/admin-routes.js'
import { AuditList, auditRoutes } from './operations/audit-routes.js'
import { completionRoutes } from './payments/completion-routes.js'
import { completionSchemas } from './payments/completion-schemas.js'
import { conversationRoutes } from './messages/conversation-routes.js'
import { exportRoutes } from './payments/export-routes.js'
import { messageRoutes } from './messages/routes.js'
import { messageSchemas } from './messages/schemas.js'
import { notificationRoutes } from './notifications/routes.js'
import { notificationSchemas } from './notifications/schemas.js'
import { outboxRoutes } from './operations/outbox-routes.js'
import { outboxSchemas } from './operations/outbox-schemas.js'
import { paymentRoutes } from './payments/routes.js'
import { paymentSchemas } from './payments/schemas.js'
import { paymentStatsRoutes } from './payments/stats-routes.js'
import { paymentStatsSchemas } from './payments/stats-schemas.js'
import { quarantineRoutes } from './operations/quarantine-routes.js'
import { quarantineSchemas } from './operations/quarantine-schemas.js'
import { returnRoutes } from './payments/return-routes.js'
import { searchRoutes } from './payments/search-routes.js'
import { streamerRoutes } from './streamers/routes.js'
import { streamerSchemas } from './streamers/schemas.js'
import { unsubscribeRoutes } from './notifications/unsubscribe-routes.js'
import { webhookRoutes } from './payments/webhook-routes.js'

/** All that routes ask of the application. */
export type UseCases =
  & MessageUseCases
  & PaymentUseCases
  & StreamerUseCases
  & NotificationUseCases
  & OutboxUseCases
  & QuarantineUseCases
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
