import type { EventLog, LoggedEvent } from '#application/ports/event-log.js'
import { OUTBOX_SHARDS, type PublishWrite } from '#application/ports/outbox-store.js'
import type { Database } from '../engine/client.js'
import { compare } from '../engine/expression.js'
import { partition as partitionOf, queryRows } from '../engine/read.js'
import { integer, integerOrNull, keeping, map, secondsOf, text, words, type Row } from '../engine/row.js'
import type { TransactionItem } from '../engine/write.js'
import { LEASES, publishedIn } from '../outbox/lease.js'

/** The offsets of the keys, which compare as texts. */
const DIGITS = 12

export class DynamoEventLog implements EventLog {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  /** The rows of the leases count what is published: one request for all partitions. */
  async heads (): Promise<readonly number[]> {
    const rows = await queryRows(this.#database, { partition: partitionOf('outbox', null, LEASES), consistent: true })
    const counts = new Map(rows.map((row) => [text(row, 'eventId'), publishedIn(row)]))
    return Array.from({ length: OUTBOX_SHARDS }, (_, shard) => counts.get(String(shard)) ?? 0)
  }

  async read (partition: number, after: number, limit: number): Promise<readonly LoggedEvent[]> {
    const rows = await queryRows(this.#database, { partition: partitionOf('events', null, String(partition)), within: compare('offset', '>=', keyOf(after + 1)), consistent: true }, limit)
    return rows.map(loggedEventOf)
  }
}

/** The items that write events at these offsets and on, in one step with the count of the partition. */
export function eventItems ({ tableNames }: Database, partition: number, before: number, writes: readonly PublishWrite[]): TransactionItem[] {
  return writes.map(({ event, expiresAt }, index) => ({
    Put: { TableName: tableNames.events, Item: { ...event, partition: String(partition), offset: keyOf(before + index + 1), deleteAt: secondsOf(expiresAt) } },
  }))
}

function keyOf (offset: number): string {
  return String(offset).padStart(DIGITS, '0')
}

const loggedEventOf = keeping(['deleteAt'], (row: Row): LoggedEvent => ({
  partition: Number(text(row, 'partition')),
  offset: Number(text(row, 'offset')),
  id: text(row, 'id'),
  type: text(row, 'type'),
  schemaVersion: integer(row, 'schemaVersion'),
  occurredAt: text(row, 'occurredAt'),
  subjectId: text(row, 'subjectId'),
  version: integerOrNull(row, 'version'),
  audience: words(row, 'audience'),
  data: map(row, 'data') as LoggedEvent['data'],
}))
