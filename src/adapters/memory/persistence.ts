import type { Message } from '../../domain/message.js'
import type { Persistence } from '../../application/ports/persistence.js'
import { MemoryConversationStore } from './conversation-store.js'
import { MemoryMessageStore } from './message-store.js'
import { MemoryOrderIndex } from './order-index.js'
import { MemoryOutboxStore } from './outbox-store.js'
import { MemoryPaymentStore } from './payment-store.js'
import { MemoryProjections } from './projection.js'
import { Sides } from './sides.js'
import { MemoryStatsStore } from './stats-store.js'
import { MemoryStreamerStore } from './streamer-store.js'
import { Table } from './table.js'
import { MemoryWebhookEventStore } from './webhook-event-store.js'

/** All stores in this process: for development, tests and whoever accepts that a restart forgets. */
export function memoryPersistence (): Persistence {
  const stats = new MemoryStatsStore()
  const orderIndex = new MemoryOrderIndex()
  const outbox = new MemoryOutboxStore(new MemoryProjections(stats, orderIndex))
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
    webhookEvents,
    orderIndex,
    outbox,
    stats,
    ping: async () => {},
    close: async () => {},
  }
}
