import type { Persistence } from '../../application/ports/persistence.js'
import { DynamoConversationStore } from './conversation-store.js'
import { openDatabase, type DatabaseOptions } from './database.js'
import { DayRegister } from './day-register.js'
import { EarlierMessages } from './earlier-messages.js'
import { unavailable } from './errors.js'
import { DynamoMessageStore } from './message-store.js'
import { readMigration } from './migrations.js'
import { DynamoOrderIndex } from './order-index.js'
import { DynamoOutboxStore } from './outbox-store.js'
import { DynamoPaymentStore } from './payment-store.js'
import { DynamoStatsStore } from './stats-store.js'
import { DynamoStreamerStore } from './streamer-store.js'
import { DynamoWebhookEventStore } from './webhook-event-store.js'

/** All stores in DynamoDB, on tables that `create-dynamodb-tables.sh` has made. */
export function dynamoPersistence (options: DatabaseOptions): Persistence {
  const { database, close } = openDatabase(options)
  const days = new DayRegister(database)
  return {
    messages: new DynamoMessageStore(database, new EarlierMessages(database)),
    conversations: new DynamoConversationStore(database),
    payments: new DynamoPaymentStore(database, days),
    streamers: new DynamoStreamerStore(database, days),
    webhookEvents: new DynamoWebhookEventStore(database),
    orderIndex: new DynamoOrderIndex(database),
    outbox: new DynamoOutboxStore(database),
    stats: new DynamoStatsStore(database),
    // Whatever stands in the way, be it missing tables or credentials: this store can't be used.
    ping: async () => {
      await readMigration(database).catch((error: unknown) => { throw unavailable('the store gives no sign of life', error) })
    },
    close: async () => close(),
  }
}
