import type { AttemptStore } from './attempt-store.js'
import type { AuditStore } from './audit-store.js'
import type { ConversationStore } from './conversation-store.js'
import type { MessageStore } from './message-store.js'
import type { NotificationPreferenceStore } from './notification-preference-store.js'
import type { NotificationStore } from './notification-store.js'
import type { OrderIndex } from './order-index.js'
import type { OutboxStore } from './outbox-store.js'
import type { PaymentStore } from './payment-store.js'
import type { SessionStore } from './session-store.js'
import type { StatsStore } from './stats-store.js'
import type { StreamerStore } from './streamer-store.js'
import type { UserStore } from './user-store.js'
import type { WebhookEventStore } from './webhook-event-store.js'

/** All stores of one technology: they stand on the same state, because one step writes to several of them. */
export interface Stores {
  readonly messages: MessageStore
  readonly conversations: ConversationStore
  readonly payments: PaymentStore
  readonly streamers: StreamerStore
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly attempts: AttemptStore
  readonly audit: AuditStore
  readonly webhookEvents: WebhookEventStore
  readonly orderIndex: OrderIndex
  readonly notifications: NotificationStore
  readonly notificationPreferences: NotificationPreferenceStore
  readonly outbox: OutboxStore
  readonly stats: StatsStore
  /** Asks for a sign of life. @throws store_unavailable */
  readonly ping: () => Promise<void>
  /** Lets go of connections and files. Nothing is to be called afterwards. */
  readonly close: () => Promise<void>
}
