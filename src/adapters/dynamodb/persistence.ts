import type { Persistence } from '../../application/ports/persistence.js'
import { connect, type ClientOptions } from './client.js'
import { DynamoConversationStore } from './conversation-store.js'
import { EarlierMessages } from './earlier-messages.js'
import { unavailable } from './errors.js'
import { DynamoMessageStore } from './message-store.js'
import { readMigration } from './migrations.js'
import { DynamoOutboxStore } from './outbox-store.js'
import { DynamoPaymentStore } from './payment-store.js'
import type { TableNames } from './tables.js'
import { DynamoWebhookEventStore } from './webhook-event-store.js'

export interface DynamoPersistenceOptions extends ClientOptions {
  readonly tableNames: TableNames
  /** Milliseconds of a clock that never runs backwards. */
  readonly now?: () => number
}

/** All stores in DynamoDB, on tables that `create-dynamodb-tables.sh` has made. */
export function dynamoPersistence ({ tableNames, now = () => performance.now(), ...options }: DynamoPersistenceOptions): Persistence {
  const { documents, close } = connect(options)
  const database = { documents, tableNames }
  return {
    messages: new DynamoMessageStore(database, new EarlierMessages(database, now)),
    conversations: new DynamoConversationStore(database),
    payments: new DynamoPaymentStore(database),
    webhookEvents: new DynamoWebhookEventStore(database),
    outbox: new DynamoOutboxStore(database),
    // Whatever stands in the way, be it missing tables or credentials: this store can't be used.
    ping: async () => {
      await readMigration(database).catch((error: unknown) => { throw unavailable(error) })
    },
    close: async () => close(),
  }
}
