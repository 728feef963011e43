import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Timestamp } from '#domain/time.js'
import { isWaiting, WEBHOOK_EVENT_STATES, type WaitingEvent, type WebhookEvent } from '#domain/payments/webhook-event.js'
import type { Insertion } from '#application/ports/insertion.js'
import { FilteredPage, type Page, type PageRequest } from '#application/ports/page.js'
import type { WebhookEventFilter, WebhookEventStore } from '#application/ports/webhook-event-store.js'
import { batchGet } from '../engine/batch-get.js'
import type { Database } from '../engine/database.js'
import { dueIds } from '../engine/due.js'
import { absent, allOf, anyOf, compare, expression, type Condition } from '../engine/expression.js'
import { mergeNewest } from '../engine/merge-newest.js'
import { rowOf } from '../engine/row.js'
import { receivedKey, stateShards, webhookEventOf, webhookEventRow } from './webhook-event-row.js'

export class DynamoWebhookEventStore implements WebhookEventStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (event: WebhookEvent): Promise<Insertion<WebhookEvent>> {
    const stored = await this.#putIf(event, absent('eventKey'))
    return stored === null ? { inserted: true, stored: event } : { inserted: false, stored }
  }

  async find (eventKey: string): Promise<WebhookEvent | null> {
    const { documents, tableNames } = this.#database
    const { Item } = await documents.send(new GetCommand({ TableName: tableNames.webhookEvents, Key: { eventKey }, ConsistentRead: true }))
    return Item === undefined ? null : webhookEventOf(Item)
  }

  async due (now: Timestamp, limit: number): Promise<readonly WaitingEvent[]> {
    const eventKeys = await dueIds(this.#database, 'webhookEvents', now, limit)
    const rows = await batchGet(this.#database, this.#database.tableNames.webhookEvents, eventKeys.map((eventKey) => ({ eventKey })))
    return rows.map(webhookEventOf).filter(isWaiting).filter(({ dueAt }) => dueAt <= now).sort((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt))
  }

  async replace (before: WaitingEvent, after: WebhookEvent): Promise<boolean> {
    return await this.#putIf(after, allOf(compare('state', '=', before.state), compare('dueAt', '=', before.dueAt))) === null
  }

  async list ({ state, provider }: WebhookEventFilter, page: PageRequest): Promise<Page<WebhookEvent>> {
    const shards = stateShards(state === null ? WEBHOOK_EVENT_STATES : [state])
    const found = new FilteredPage<WebhookEvent>(page, (event) => provider === null || event.provider === provider)
    for await (const event of mergeNewest(shards.map((shard) => this.#newest(shard, page)), receivedKey)) {
      if (!found.examine(receivedKey(event), event)) return found.unfinished()
    }
    return found.upTo(null)
  }

  async * #newest (stateShard: string, { before, limit }: PageRequest): AsyncGenerator<WebhookEvent, void> {
    const { documents, tableNames } = this.#database
    const inShard = compare('stateShard', '=', stateShard)
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey']
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(new QueryCommand({
        TableName: tableNames.webhookEvents,
        IndexName: 'stateShard-receivedKey-index',
        ScanIndexForward: false,
        ...expression({ key: before === null ? inShard : allOf(inShard, compare('receivedKey', '<', before)) }),
        Limit: limit + 1,
        ExclusiveStartKey,
      }))
      yield * Items.map(webhookEventOf)
      ExclusiveStartKey = LastEvaluatedKey
    } while (ExclusiveStartKey !== undefined)
  }

  /** Null where it was put, else what stands there. */
  async #putIf (event: WebhookEvent, condition: Condition): Promise<WebhookEvent | null> {
    try {
      await this.#database.documents.send(new PutCommand(put(this.#database, event, condition)))
      return null
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException && error.Item !== undefined) return webhookEventOf(rowOf(error.Item))
      throw error
    }
  }
}

/** For the payment store: puts down the event beside the change it makes, unless it has made one before. */
export function appliedOnce (database: Database, event: WebhookEvent) {
  return put(database, event, anyOf(absent('eventKey'), compare('state', '=', 'received'), compare('state', '=', 'parked')))
}

function put ({ tableNames }: Database, event: WebhookEvent, condition: Condition) {
  return {
    TableName: tableNames.webhookEvents,
    Item: webhookEventRow(event),
    ...expression({ condition }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  }
}
