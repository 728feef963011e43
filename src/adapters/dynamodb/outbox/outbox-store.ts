import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { DomainError } from '#domain/errors.js'
import type { LeaseClaim } from '#domain/payments/lease.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { ProjectionWrite } from '#application/ports/projection.js'
import { PARKED_COUNT_MAX, type Completion, type OutboxEvent, type OutboxStore, type ParkedEvent, type ShardLease } from '#application/ports/outbox-store.js'
import { batchDelete } from '../engine/batch-delete.js'
import type { Database } from '../engine/database.js'
import { isRefusal } from '../engine/errors.js'
import { absent, allOf, anyOf, compare, expression, present } from '../engine/expression.js'
import { eventOf, leaseKey, leaseOf, PARKED, parkedKey, parkedOf, parkedRow, waitingKey, waitingRow, type OutboxKey } from './outbox-row.js'
import { projectionItems } from './projection.js'
import { pageOf, queryRows } from '../engine/query.js'
import { rowOf, type Row } from '../engine/row.js'
import { retryConflicts, transact, type TransactionItem } from '../engine/transact.js'

export class DynamoOutboxStore implements OutboxStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async read (shard: number, limit: number): Promise<readonly OutboxEvent[]> {
    const { documents, tableNames } = this.#database
    const rows = await queryRows(documents, {
      TableName: tableNames.outbox,
      ConsistentRead: true,
      ...expression({ key: compare('shard', '=', String(shard)) }),
    }, limit)
    return rows.map(eventOf)
  }

  async claim (shard: number, { owner, until, now }: LeaseClaim): Promise<ShardLease> {
    return leaseOf(await retryConflicts(this.#database, async () => await this.#claim(shard, { owner, until, now })))
  }

  /** The row as it is then. */
  async #claim (shard: number, { owner, until, now }: LeaseClaim): Promise<Row> {
    const { documents, tableNames } = this.#database
    try {
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
      return Attributes
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      const { Item = {} } = error
      return rowOf(Item)
    }
  }

  async complete (lease: ShardLease, events: readonly OutboxEvent[], writes: readonly ProjectionWrite[]): Promise<Completion> {
    try {
      const checks = await transact(this.#database, [
        this.#isLast(lease),
        ...events.map((event) => this.#remove(waitingKey(event))),
        ...projectionItems(this.#database, lease.shard, writes),
      ])
      return { kind: checks === null ? 'completed' : 'overtaken' }
    } catch (error) {
      if (!isRefusal(error)) throw error
      return { kind: 'refused', reason: error.message }
    }
  }

  async discard (events: readonly OutboxEvent[]): Promise<void> {
    await batchDelete(this.#database, this.#database.tableNames.outbox, events.map(waitingKey))
  }

  async park (lease: ShardLease, parked: ParkedEvent): Promise<void> {
    await transact(this.#database, [this.#isLast(lease), this.#remove(waitingKey(parked.event)), this.#put(parkedRow(parked))])
  }

  async parked (page: PageRequest): Promise<Page<ParkedEvent>> {
    const { documents, tableNames } = this.#database
    const isParked = compare('shard', '=', PARKED)
    const rows = await queryRows(documents, {
      TableName: tableNames.outbox,
      ConsistentRead: true,
      ScanIndexForward: false,
      ...expression({ key: page.before === null ? isParked : allOf(isParked, compare('eventId', '<', page.before)) }),
    }, page.limit + 1)
    return pageOf(rows.map(parkedOf), page, ({ event }) => event.eventId)
  }

  async countParked (): Promise<number> {
    const { documents, tableNames } = this.#database
    const rows = await queryRows(documents, {
      TableName: tableNames.outbox,
      // Statistics tell it beside figures from which these events are missing.
      ConsistentRead: true,
      ...expression({ key: compare('shard', '=', PARKED), projection: ['eventId'] }),
    }, PARKED_COUNT_MAX)
    return rows.length
  }

  async unpark (eventId: string): Promise<OutboxEvent> {
    const { documents, tableNames } = this.#database
    const Key = parkedKey(eventId)
    const { Item } = await documents.send(new GetCommand({ TableName: tableNames.outbox, Key, ConsistentRead: true }))
    if (Item !== undefined) {
      const { event } = parkedOf(Item)
      if (await transact(this.#database, [this.#remove(Key), this.#put(waitingRow(event))]) === null) return event
    }
    throw new DomainError('not_found', 'no such event is parked')
  }

  #isLast ({ shard, owner, epoch }: ShardLease): TransactionItem {
    const condition = allOf(compare('owner', '=', owner), compare('epoch', '=', epoch))
    return { ConditionCheck: { TableName: this.#database.tableNames.outbox, Key: leaseKey(shard), ...expression({ condition }) } }
  }

  /** Only one of those who try succeeds. */
  #remove (Key: OutboxKey): TransactionItem {
    return { Delete: { TableName: this.#database.tableNames.outbox, Key, ...expression({ condition: present('eventId') }) } }
  }

  #put (Item: Row): TransactionItem {
    return { Put: { TableName: this.#database.tableNames.outbox, Item } }
  }
}

/** For the other stores: the items that put down events beside the state they tell of. */
export function outboxItems ({ tableNames }: Database, events: readonly OutboxEvent[]): TransactionItem[] {
  return events.map((event) => ({ Put: { TableName: tableNames.outbox, Item: waitingRow(event) } }))
}
