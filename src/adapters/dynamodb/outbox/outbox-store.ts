import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { DomainError } from '#domain/errors.js'
import type { LeaseClaim } from '#domain/lease.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { isPublish, outboxShardOf, PARKED_COUNT_MAX, type Completion, type OutboxEvent, type OutboxStore, type ParkedEvent, type ProjectionWrite, type PublishWrite, type ShardLease } from '#application/ports/outbox-store.js'
import type { Database } from '../engine/client.js'
import { isRefusal } from '../engine/errors.js'
import { absent, allOf, anyOf, compare, expression, present } from '../engine/expression.js'
import { newestPage } from '../engine/page.js'
import { getRow, partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { keeping, map, text, type Row } from '../engine/row.js'
import { deleteRows, takenBy, transact, writeIf, type TransactionItem } from '../engine/write.js'
import { eventItems } from '../live/event-log.js'
import { notificationItem } from '../notifications/notification-store.js'
import { attentionItem } from '../payments/attention-store.js'
import { termItem } from '../payments/order-index.js'
import { statsItem } from '../payments/stats-store.js'
import { hasPublished, isHeldBy, leaseKey, leaseOf } from './lease.js'

/** A partition beside those of the shards, which are named by numbers. */
const PARKED = 'parked'

export class DynamoOutboxStore implements OutboxStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async read (shard: number, limit: number): Promise<readonly OutboxEvent[]> {
    const rows = await queryRows(this.#database, { partition: partition('outbox', null, String(shard)), consistent: true }, limit)
    return readable(this.#database, 'outbox', rows, eventOf)
  }

  async claim (shard: number, { owner, until, now }: LeaseClaim): Promise<ShardLease> {
    const { documents, tableNames } = this.#database
    let claimed: Row = {}
    const check = await writeIf(this.#database, async () => {
      const { Attributes = {} } = await documents.send(new UpdateCommand({
        TableName: tableNames.outbox,
        Key: leaseKey(shard),
        ...expression({
          condition: anyOf(absent('owner'), compare('owner', '=', owner), compare('until', '<=', now)),
          update: { set: { owner, until }, add: { epoch: 1 } },
        }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }))
      claimed = Attributes
    })
    return leaseOf(check === null ? claimed : takenBy(check))
  }

  async complete (lease: ShardLease, events: readonly OutboxEvent[], writes: readonly ProjectionWrite[]): Promise<Completion> {
    const published = writes.filter(isPublish)
    try {
      const checks = await transact(this.#database, [
        published.length === 0 ? this.#isLast(lease) : this.#count(lease, published.length),
        ...events.map((event) => this.#remove(waitingKey(event))),
        ...eventItems(this.#database, lease.shard, lease.published, published),
        ...projectionItems(this.#database, lease.shard, writes),
      ])
      return { kind: checks === null ? 'completed' : 'overtaken' }
    } catch (error) {
      if (!isRefusal(error)) throw error
      return { kind: 'refused', reason: error.message }
    }
  }

  async discard (events: readonly OutboxEvent[]): Promise<void> {
    await deleteRows(this.#database, 'outbox', events.map(waitingKey))
  }

  async park (lease: ShardLease, parked: ParkedEvent): Promise<void> {
    await transact(this.#database, [this.#isLast(lease), this.#remove(waitingKey(parked.event)), this.#put(parkedRow(parked))])
  }

  async parked (page: PageRequest): Promise<Page<ParkedEvent>> {
    return await newestPage(this.#database, partition('outbox', null, PARKED), page, parkedOf, true)
  }

  async countParked (): Promise<number> {
    // Statistics name the count beside figures from which these events are missing: both are of one moment.
    return (await queryRows(this.#database, { partition: partition('outbox', null, PARKED), projection: ['eventId'], consistent: true }, PARKED_COUNT_MAX)).length
  }

  async unpark (eventId: string): Promise<OutboxEvent> {
    const key = parkedKey(eventId)
    const row = await getRow(this.#database, 'outbox', key)
    if (row !== null) {
      const { event } = parkedOf(row)
      if (await transact(this.#database, [this.#remove(key), this.#put(waitingRow(event))]) === null) return event
    }
    throw new DomainError('not_found', 'no such event is parked')
  }

  #isLast (lease: ShardLease): TransactionItem {
    return { ConditionCheck: { TableName: this.#database.tableNames.outbox, Key: leaseKey(lease.shard), ...expression({ condition: isHeldBy(lease) }) } }
  }

  /** Counts what is published, so that each event has an offset of its own, without a gap. */
  #count (lease: ShardLease, count: number): TransactionItem {
    const parts = { condition: allOf(isHeldBy(lease), hasPublished(lease)), update: { set: { published: lease.published + count } } }
    return { Update: { TableName: this.#database.tableNames.outbox, Key: leaseKey(lease.shard), ...expression(parts) } }
  }

  /** Of several that remove one event at once, one succeeds. */
  #remove (Key: OutboxKey): TransactionItem {
    return { Delete: { TableName: this.#database.tableNames.outbox, Key, ...expression({ condition: present('eventId') }) } }
  }

  #put (Item: Row): TransactionItem {
    return { Put: { TableName: this.#database.tableNames.outbox, Item } }
  }
}

/** For the other stores: the items that write events beside the state that they report. */
export function outboxItems ({ tableNames }: Database, events: readonly OutboxEvent[]): TransactionItem[] {
  return events.map((event) => ({ Put: { TableName: tableNames.outbox, Item: waitingRow(event) } }))
}

/** The items that change the read models, one a write, but for those of the event log. `shard` is that of the events which lead to them. */
export function projectionItems (database: Database, shard: number, writes: readonly ProjectionWrite[]): TransactionItem[] {
  return writes.filter((write) => !isPublish(write)).map((write) => itemOf(database, shard, write))
}

function itemOf (database: Database, shard: number, write: Exclude<ProjectionWrite, PublishWrite>): TransactionItem {
  switch (write.kind) {
    case 'stats': return statsItem(database, shard, write)
    case 'notification': return notificationItem(database, write.notification)
    case 'term': return termItem(database, write)
    case 'attention': return attentionItem(database, write.place)
  }
}

/** The place of a row in the table of the outbox. */
type OutboxKey = Readonly<{ shard: string, eventId: string }>

function waitingKey (event: OutboxEvent): OutboxKey {
  return { shard: String(outboxShardOf(event)), eventId: event.eventId }
}

function parkedKey (eventId: string): OutboxKey {
  return { shard: PARKED, eventId }
}

function waitingRow (event: OutboxEvent): Row {
  return { ...event, ...waitingKey(event) }
}

export function parkedRow ({ event, reason, parkedAt }: ParkedEvent): Row {
  return { ...event, ...parkedKey(event.eventId), reason, parkedAt }
}

const eventOf = keeping(['shard', 'reason', 'parkedAt'], (row): OutboxEvent => ({
  eventId: text(row, 'eventId'),
  type: text(row, 'type'),
  occurredAt: text(row, 'occurredAt'),
  subjectId: text(row, 'subjectId'),
  data: map(row, 'data'),
}) as unknown as OutboxEvent)

function parkedOf (row: Row): ParkedEvent {
  return { event: eventOf(row), reason: text(row, 'reason'), parkedAt: text(row, 'parkedAt') }
}
