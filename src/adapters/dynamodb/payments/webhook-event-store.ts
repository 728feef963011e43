import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { comesFrom, isWaiting, WEBHOOK_EVENT_STATES, type WaitingEvent, type WebhookEvent, type WebhookEventState } from '#domain/payments/webhook-event.js'
import { shardOf } from '#domain/shard.js'
import type { CarrierNews } from '#domain/shipping/carrier-news.js'
import type { TrackingEvent } from '#domain/shipping/tracking.js'
import { createdKey, type Timestamp } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import { FilteredPage, type Page, type PageRequest } from '#application/ports/page.js'
import type { WebhookEventFilter, WebhookEventStore } from '#application/ports/webhook-event-store.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, anyOf, compare, expression, type Condition } from '../engine/expression.js'
import { below, mergeNewest } from '../engine/page.js'
import { countRows, dueRows, dueShardOf, getRow, partition, queryPages, type Partition } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { integer, keeping, map, mapOrNull, maps, text, textOrNull, word, wordOrNull } from '../engine/row.js'
import { takenBy, writeIf, type Check, type TransactionItem } from '../engine/write.js'

/** Longer than any provider repeats itself. */
const LIFETIME_S = 35 * 24 * 60 * 60
/** Partitions of the events of a state: each takes 1,000 writes a second. */
const STATE_SHARDS = 4

export class DynamoWebhookEventStore implements WebhookEventStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (event: WebhookEvent): Promise<Insertion<WebhookEvent>> {
    const check = await this.#put(event, absent('eventKey'))
    return check === null ? { inserted: true, stored: event } : { inserted: false, stored: webhookEventOf(takenBy(check)) }
  }

  async find (eventKey: string): Promise<WebhookEvent | null> {
    const row = await getRow(this.#database, 'webhookEvents', { eventKey })
    return row === null ? null : webhookEventOf(row)
  }

  async due (now: Timestamp, limit: number): Promise<readonly WaitingEvent[]> {
    const events = readable(this.#database, 'webhookEvents', await dueRows(this.#database, 'webhookEvents', now, limit), webhookEventOf)
    return events.filter(isWaiting).filter(({ dueAt }) => dueAt <= now)
  }

  async replace (before: WaitingEvent, after: WebhookEvent): Promise<boolean> {
    return await this.#put(after, allOf(compare('state', '=', before.state), compare('dueAt', '=', before.dueAt))) === null
  }

  /** States that only a later version knows lie in partitions which this version does not look into. */
  async list ({ state, paymentId = null, ...origin }: WebhookEventFilter, page: PageRequest): Promise<Page<WebhookEvent>> {
    const found = new FilteredPage<WebhookEvent>(page, (event) => (state === null || event.state === state) && comesFrom(event, origin))
    const partitions = paymentId === null ? partitionsOf(state) : [partition('webhookEvents', 'listPaymentId-receivedKey-index', paymentId)]
    for await (const event of mergeNewest(partitions.map((one) => this.#newest(one, page)), receivedKey)) {
      if (!found.examine(receivedKey(event), event)) return found.unfinished()
    }
    return found.upTo(null)
  }

  async countParked (max: number): Promise<number> {
    return await countRows(this.#database, partitionsOf('parked'), max)
  }

  async * #newest (from: Partition, { before, limit }: PageRequest): AsyncGenerator<WebhookEvent, void> {
    const query = { partition: from, within: below('receivedKey', before), newestFirst: true }
    for await (const rows of queryPages(this.#database, query, () => limit + 1)) yield * readable(this.#database, 'webhookEvents', rows, webhookEventOf)
  }

  async #put (event: WebhookEvent, condition: Condition): Promise<Check | null> {
    const { documents, tableNames } = this.#database
    return await writeIf(this.#database, async () => await documents.send(new PutCommand({
      TableName: tableNames.webhookEvents,
      Item: webhookEventRow(event),
      ...expression({ condition }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })))
  }
}

/** Where the events of a state, or of all, lie. */
function partitionsOf (state: WebhookEventState | null): Partition[] {
  return (state === null ? WEBHOOK_EVENT_STATES : [state])
    .flatMap((one) => Array.from({ length: STATE_SHARDS }, (_, shard) => partition('webhookEvents', 'stateShard-receivedKey-index', `${one}#${shard}`)))
}

/**
 * For the payment store: records the event as applied beside the change it makes, unless it has made one before. It sets attributes
 * instead of putting a row, because the event may wait in a row that has attributes of another version.
 */
export function appliedOnce ({ tableNames }: Database, event: WebhookEvent): TransactionItem {
  const { eventKey, ...set } = webhookEventRow(event)
  return {
    Update: {
      TableName: tableNames.webhookEvents,
      Key: { eventKey },
      ...expression({
        condition: anyOf(absent('eventKey'), compare('state', '=', 'received'), compare('state', '=', 'parked')),
        update: { set, remove: isWaiting(event) ? [] : ['dueAt', 'dueShard'] },
      }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  }
}

function receivedKey ({ receivedAt, eventKey }: WebhookEvent): string {
  return createdKey(receivedAt, eventKey)
}

function webhookEventRow (event: WebhookEvent) {
  const { dueAt, ...shown } = event
  return {
    ...shown,
    // An attribute of an index is a text or not there.
    ...listPaymentOf(event),
    ...(isWaiting(event) ? { dueAt, dueShard: dueShardOf(event.eventKey) } : {}),
    stateShard: `${event.state}#${shardOf(event.eventKey, STATE_SHARDS)}`,
    receivedKey: receivedKey(event),
    expiresAt: Math.floor(Date.parse(event.receivedAt) / 1000) + LIFETIME_S,
  }
}

/** In an attribute of its own: an index refuses rows whose `paymentId` is null, as earlier versions write them. */
function listPaymentOf ({ paymentId }: WebhookEvent) {
  return paymentId === null ? {} : { listPaymentId: paymentId }
}

const webhookEventOf = keeping(['dueShard', 'listPaymentId', 'stateShard', 'receivedKey', 'expiresAt'], (row): WebhookEvent => ({
  eventKey: text(row, 'eventKey'),
  // Rows of payments have neither of these.
  ...(row['subject'] !== undefined && { subject: word(row, 'subject'), subjectId: textOrNull(row, 'subjectId') }),
  ...(row['news'] !== undefined && { news: newsOf(map(row, 'news')) }),
  provider: text(row, 'provider'),
  type: text(row, 'type'),
  state: word(row, 'state'),
  reason: wordOrNull(row, 'reason'),
  tries: integer(row, 'tries'),
  paymentId: textOrNull(row, 'paymentId'),
  providerReference: textOrNull(row, 'providerReference'),
  fact: row['fact'] === 'ask' ? 'ask' : mapOrNull(row, 'fact') as PaymentFact | null,
  digest: text(row, 'digest'),
  receivedAt: text(row, 'receivedAt'),
  dueAt: textOrNull(row, 'dueAt'),
}))

const newsOf = keeping([], (row): CarrierNews => ({
  carrierKey: textOrNull(row, 'carrierKey'),
  carrierReference: textOrNull(row, 'carrierReference'),
  trackingNumber: textOrNull(row, 'trackingNumber'),
  news: row['news'] === 'ask' ? 'ask' : maps(row, 'news').map(trackingEventOf),
}))

const trackingEventOf = keeping([], (row): TrackingEvent => ({
  eventId: text(row, 'eventId'), kind: word(row, 'kind'), rawCode: text(row, 'rawCode'), text: text(row, 'text'), location: text(row, 'location'), occurredAt: text(row, 'occurredAt'),
}))
