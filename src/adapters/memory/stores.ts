import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { ChannelSnapshot } from '#domain/channels/channel-state.js'
import type { Message } from '#domain/messages/message.js'
import type { OpenStores } from '#application/ports/stores.js'
import { MemoryApiKeyStore } from './accounts/api-key-store.js'
import { MemoryAttemptStore } from './accounts/attempt-store.js'
import { MemoryAuditStore } from './accounts/audit-store.js'
import { MemoryErasureStore } from './accounts/erasure-store.js'
import { MemoryRegistrationStore } from './accounts/registration-store.js'
import { MemorySessionStore } from './accounts/session-store.js'
import { MemoryUserStore } from './accounts/user-store.js'
import { MemoryChannelStore } from './channels/channel-store.js'
import { Table } from './engine/table.js'
import { MemoryEventLog } from './live/event-log.js'
import { MemoryErrorStore } from './error-log/error-store.js'
import { MemoryConversationStore } from './messages/conversation-store.js'
import { MemoryMessageReportStore } from './messages/message-report-store.js'
import { MemoryMessageStore, Sides } from './messages/message-store.js'
import { MemoryNotificationPreferenceStore } from './notifications/notification-preference-store.js'
import { MemoryNotificationStore } from './notifications/notification-store.js'
import { MemoryOutboxStore } from './outbox/outbox-store.js'
import { MemoryAttentionStore } from './payments/attention-store.js'
import { MemoryBillingStore } from './payments/billing-store.js'
import { MemoryOrderIndex } from './payments/order-index.js'
import { MemoryPaymentStore } from './payments/payment-store.js'
import { MemoryRoundStore } from './payments/round-store.js'
import { MemoryStatsStore } from './payments/stats-store.js'
import { MemoryWebhookEventStore } from './payments/webhook-event-store.js'
import { MemoryPerformanceStore } from './performance/performance-store.js'
import { MemoryFeedStore } from './rooms/feed-store.js'
import { MemoryRoomStore } from './rooms/room-store.js'
import { MemoryShipmentAddressStore } from './shipping/shipment-address-store.js'
import { MemoryShipmentStore } from './shipping/shipment-store.js'
import { MemoryStreamerStore } from './streamers/streamer-store.js'

/** All stores in this process, for development and tests. A restart forgets them, unless a journal records them. */
export function memoryStores (): OpenStores {
  const audit = new MemoryAuditStore()
  const stats = new MemoryStatsStore()
  const orderIndex = new MemoryOrderIndex()
  const notifications = new MemoryNotificationStore()
  const events = new MemoryEventLog()
  const attention = new MemoryAttentionStore()
  const outbox = new MemoryOutboxStore(stats, orderIndex, notifications, events, attention)
  const table = new Table<Message>()
  const sides = new Sides()
  const messages = new MemoryMessageStore(table, sides, outbox)
  const webhookEvents = new MemoryWebhookEventStore()
  const payments = new MemoryPaymentStore(webhookEvents, outbox)
  const rooms = new MemoryRoomStore()
  const channels = new MemoryChannelStore()
  const shipmentAddresses = new MemoryShipmentAddressStore()
  return {
    messages,
    conversations: new MemoryConversationStore(table, messages, sides, outbox),
    messageReports: new MemoryMessageReportStore(),
    payments,
    billing: new MemoryBillingStore(),
    shipments: new MemoryShipmentStore(payments, shipmentAddresses, webhookEvents, outbox),
    shipmentAddresses,
    rounds: new MemoryRoundStore(),
    streamers: new MemoryStreamerStore(payments, rooms),
    rooms,
    feeds: new MemoryFeedStore(rooms, channels, outbox),
    channels,
    channelFeeds: new MemoryFeedStore<ChannelEntry, ChannelSnapshot>(rooms, channels, outbox),
    users: new MemoryUserStore(audit),
    registrations: new MemoryRegistrationStore(),
    sessions: new MemorySessionStore(),
    erasures: new MemoryErasureStore(),
    attempts: new MemoryAttemptStore(),
    apiKeys: new MemoryApiKeyStore(),
    audit,
    webhookEvents,
    orderIndex,
    notifications,
    notificationPreferences: new MemoryNotificationPreferenceStore(),
    outbox,
    events,
    stats,
    attention,
    errors: new MemoryErrorStore(),
    performanceRows: new MemoryPerformanceStore(),
    ping: async () => {},
    inspect: async () => [],
    close: async () => {},
  }
}
