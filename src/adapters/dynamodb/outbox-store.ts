import { outboxShardOf, type OutboxEvent, type OutboxStore } from '../../application/ports/outbox-store.js'
import type { Database } from './database.js'
import { compare, expression } from './expression.js'
import { queryRows } from './query.js'
import { map, text, type Row } from './row.js'
import type { TransactionItem } from './transact.js'

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
}

/** For the other stores: the items that put down events beside the state they tell of. */
export function outboxItems ({ tableNames }: Database, events: readonly OutboxEvent[]): TransactionItem[] {
  return events.map((event) => ({ Put: { TableName: tableNames.outbox, Item: { shard: String(outboxShardOf(event)), ...event } } }))
}

function eventOf (row: Row): OutboxEvent {
  return {
    eventId: text(row, 'eventId'),
    type: text(row, 'type'),
    occurredAt: text(row, 'occurredAt'),
    subjectId: text(row, 'subjectId'),
    data: map(row, 'data'),
  } as unknown as OutboxEvent
}
