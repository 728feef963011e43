import type { Message } from '../../domain/message.js'
import type { Persistence } from '../../application/ports/persistence.js'
import { MemoryAttemptStore } from './attempt-store.js'
import { MemoryAuditStore } from './audit-store.js'
import { MemoryConversationStore } from './conversation-store.js'
import { MemoryMessageStore } from './message-store.js'
import { MemoryNotificationPreferenceStore } from './notification-preference-store.js'
import { MemoryNotificationStore } from './notification-store.js'
import { MemoryOrderIndex } from './order-index.js'
import { MemoryOutboxStore } from './outbox-store.js'
import { MemoryPaymentStore } from './payment-store.js'
import { MemoryProjections } from './projection.js'
import { Sides } from './sides.js'
import { MemorySessionStore } from './session-store.js'
import { MemoryStatsStore } from './stats-store.js'
import { MemoryStreamerStore } from './streamer-store.js'
import { Table } from './table.js'
import { MemoryUserStore } from './user-store.js'
import { MemoryWebhookEventStore } from './webhook-event-store.js'

/** All stores in this process: for development, tests and whoever accepts that a restart forgets. */
export function memoryPersistence (): Persistence {
  const audit = new MemoryAuditStore()
  const stats = new MemoryStatsStore()
  const orderIndex = new MemoryOrderIndex()
  const notifications = new MemoryNotificationStore()
  const outbox = new MemoryOutboxStore(new MemoryProjections(stats, orderIndex, notifications))
  const table = new Table<Message>()
  const sides = new Sides()
  const messages = new MemoryMessageStore(table, sides, outbox)
  const webhookEvents = new MemoryWebhookEventStore()
  const payments = new MemoryPaymentStore(webhookEvents, outbox)
  return {
    messages,
    conversations: new MemoryConversationStore(table, messages, sides),
    payments,
    streamers: new MemoryStreamerStore(payments),
    users: new MemoryUserStore(audit),
    sessions: new MemorySessionStore(),
    attempts: new MemoryAttemptStore(),
    audit,
    webhookEvents,
    orderIndex,
    notifications,
    notificationPreferences: new MemoryNotificationPreferenceStore(),
    outbox,
    stats,
    ping: async () => {},
    close: async () => {},
  }
}
