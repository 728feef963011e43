import type { ConversationStore } from './conversation-store.js'
import type { MessageStore } from './message-store.js'
import type { OrderIndex } from './order-index.js'
import type { OutboxStore } from './outbox-store.js'
import type { PaymentStore } from './payment-store.js'
import type { StatsStore } from './stats-store.js'
import type { StreamerStore } from './streamer-store.js'
import type { WebhookEventStore } from './webhook-event-store.js'

/** All stores of one technology: they stand on the same state, because one step writes to several of them. */
export interface Persistence {
  readonly messages: MessageStore
  readonly conversations: ConversationStore
  readonly payments: PaymentStore
  readonly streamers: StreamerStore
  readonly webhookEvents: WebhookEventStore
  readonly orderIndex: OrderIndex
  readonly outbox: OutboxStore
  readonly stats: StatsStore
  /** Asks for a sign of life. @throws store_unavailable */
  readonly ping: () => Promise<void>
  /** Lets go of connections and files. Nothing is to be called afterwards. */
  readonly close: () => Promise<void>
}
