import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { PaymentFact } from '../../domain/payment-fact.js'
import type { WebhookEvent } from '../../domain/webhook-event.js'
import type { Insertion } from '../../application/ports/insertion.js'
import type { WebhookEventStore } from '../../application/ports/webhook-event-store.js'
import type { Database } from './database.js'
import { absent, anyOf, compare, expression, type Condition } from './expression.js'
import { mapOrNull, oneOf, rowOf, text, textOrNull, type Row } from './row.js'

/** Longer than any provider repeats itself. */
const LIFETIME_S = 35 * 24 * 60 * 60

export class DynamoWebhookEventStore implements WebhookEventStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (event: WebhookEvent): Promise<Insertion<WebhookEvent>> {
    try {
      await this.#database.documents.send(new PutCommand(put(this.#database, event, absent('eventKey'))))
      return { inserted: true, stored: event }
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException && error.Item !== undefined) {
        return { inserted: false, stored: eventOf(rowOf(error.Item)) }
      }
      throw error
    }
  }

  async find (eventKey: string): Promise<WebhookEvent | null> {
    const { documents, tableNames } = this.#database
    const { Item } = await documents.send(new GetCommand({ TableName: tableNames.webhookEvents, Key: { eventKey }, ConsistentRead: true }))
    return Item === undefined ? null : eventOf(Item)
  }
}

/** For the payment store: puts down the event beside the change it makes, unless it has made one before. */
export function appliedOnce (database: Database, event: WebhookEvent) {
  return put(database, event, anyOf(absent('eventKey'), compare('state', '=', 'received')))
}

function put ({ tableNames }: Database, event: WebhookEvent, condition: Condition) {
  return {
    TableName: tableNames.webhookEvents,
    Item: { ...event, expiresAt: Math.floor(Date.parse(event.receivedAt) / 1000) + LIFETIME_S },
    ...expression({ condition }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  }
}

function eventOf (row: Row): WebhookEvent {
  return {
    eventKey: text(row, 'eventKey'),
    provider: text(row, 'provider'),
    type: text(row, 'type'),
    state: oneOf(row, 'state', ['received', 'applied', 'ignored']),
    paymentId: textOrNull(row, 'paymentId'),
    providerReference: textOrNull(row, 'providerReference'),
    fact: row['fact'] === 'ask' ? 'ask' : mapOrNull(row, 'fact') as PaymentFact | null,
    digest: text(row, 'digest'),
    receivedAt: text(row, 'receivedAt'),
    dueAt: textOrNull(row, 'dueAt'),
  }
}
