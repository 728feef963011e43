import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { ChannelSnapshot } from '#domain/channels/channel-state.js'
import type { OpenStores } from '#application/ports/stores.js'
import { DynamoApiKeyStore } from './accounts/api-key-store.js'
import { DynamoAttemptStore } from './accounts/attempt-store.js'
import { DynamoAuditStore } from './accounts/audit-store.js'
import { DynamoErasureStore } from './accounts/erasure-store.js'
import { DynamoRegistrationStore } from './accounts/registration-store.js'
import { DynamoSessionStore } from './accounts/session-store.js'
import { DynamoUserStore } from './accounts/user-store.js'
import { DynamoChannelStore } from './channels/channel-store.js'
import { openDatabase, type DatabaseOptions } from './engine/client.js'
import { unavailable } from './engine/errors.js'
import { DynamoErrorStore } from './error-log/error-store.js'
import { DynamoConversationStore } from './messages/conversation-store.js'
import { DynamoEventLog } from './live/event-log.js'
import { EarlierMessages } from './messages/earlier-messages.js'
import { DynamoMessageReportStore } from './messages/message-report-store.js'
import { DynamoMessageStore } from './messages/message-store.js'
import { DynamoNotificationPreferenceStore } from './notifications/notification-preference-store.js'
import { DynamoNotificationStore } from './notifications/notification-store.js'
import { DynamoOutboxStore } from './outbox/outbox-store.js'
import { DynamoAttentionStore } from './payments/attention-store.js'
import { DynamoBillingStore } from './payments/billing-store.js'
import { DayRegister } from './payments/day-register.js'
import type { EarlierMapping } from './payments/earlier-mapping.js'
import { EarlierPayments } from './payments/earlier-payments.js'
import { DynamoOrderIndex } from './payments/order-index.js'
import { DynamoPaymentStore } from './payments/payment-store.js'
import { DynamoRoundStore } from './payments/round-store.js'
import { DynamoStatsStore } from './payments/stats-store.js'
import { DynamoWebhookEventStore } from './payments/webhook-event-store.js'
import { DynamoPerformanceStore } from './performance/performance-store.js'
import { DynamoFeedStore } from './rooms/feed-store.js'
import { DynamoRoomStore } from './rooms/room-store.js'
import { Inspection } from './schema/inspection.js'
import { readMigration } from './schema/migrations.js'
import { DynamoShipmentAddressStore } from './shipping/shipment-address-store.js'
import { DynamoShipmentStore } from './shipping/shipment-store.js'
import { DynamoStreamerStore } from './streamers/streamer-store.js'

export interface StoresOptions extends DatabaseOptions {
  /** How rows of payments of the earlier application are read, where a file says it. */
  readonly earlierPayments?: EarlierMapping | undefined
}

/** All stores in DynamoDB, on tables that `npm run tables` has made. */
export function dynamoStores ({ earlierPayments: mapping, ...options }: StoresOptions): OpenStores {
  const { database, close } = openDatabase({ ...options, onLack: () => { inspection.doubt() } })
  const inspection = new Inspection(database)
  const days = new DayRegister(database)
  const earlier = new EarlierMessages(database)
  const earlierPayments = new EarlierPayments(database, days, mapping)
  return {
    messages: new DynamoMessageStore(database, earlier),
    conversations: new DynamoConversationStore(database, earlier),
    messageReports: new DynamoMessageReportStore(database),
    payments: new DynamoPaymentStore(database, days, earlierPayments),
    billing: new DynamoBillingStore(database),
    shipments: new DynamoShipmentStore(database, days, earlierPayments),
    shipmentAddresses: new DynamoShipmentAddressStore(database),
    rounds: new DynamoRoundStore(database),
    streamers: new DynamoStreamerStore(database, days),
    rooms: new DynamoRoomStore(database),
    feeds: new DynamoFeedStore(database, 'room'),
    channels: new DynamoChannelStore(database),
    channelFeeds: new DynamoFeedStore<ChannelEntry, ChannelSnapshot>(database, 'channel'),
    users: new DynamoUserStore(database),
    registrations: new DynamoRegistrationStore(database),
    sessions: new DynamoSessionStore(database),
    erasures: new DynamoErasureStore(database),
    attempts: new DynamoAttemptStore(database),
    apiKeys: new DynamoApiKeyStore(database),
    audit: new DynamoAuditStore(database),
    webhookEvents: new DynamoWebhookEventStore(database),
    orderIndex: new DynamoOrderIndex(database, earlierPayments),
    notifications: new DynamoNotificationStore(database),
    notificationPreferences: new DynamoNotificationPreferenceStore(database),
    outbox: new DynamoOutboxStore(database),
    events: new DynamoEventLog(database),
    stats: new DynamoStatsStore(database),
    attention: new DynamoAttentionStore(database),
    errors: new DynamoErrorStore(database),
    performanceRows: new DynamoPerformanceStore(database),
    // Missing tables and credentials count too: without them the stores are of no use.
    ping: async () => {
      await readMigration(database).catch((error: unknown) => { throw unavailable('the store gives no sign of life', error) })
    },
    inspect: inspection.inspect,
    close: async () => close(),
  }
}
