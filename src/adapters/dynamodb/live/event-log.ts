import type { EventActor } from '#domain/live/event-actor.js'
import { historyKey, offsetKey, type EventLog, type LoggedEvent } from '#application/ports/event-log.js'
import { OUTBOX_SHARDS, type PublishWrite } from '#application/ports/outbox-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { compare } from '../engine/expression.js'
import { partition as partitionOf, queryRows } from '../engine/read.js'
import { integer, integerOrNull, keeping, map, secondsOf, text, words, type Row } from '../engine/row.js'
import type { TransactionItem } from '../engine/write.js'
import { LEASES, publishedIn } from '../outbox/lease.js'

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
    const rows = await queryRows(this.#database, { partition: partitionOf('events', null, String(partition)), within: compare('offset', '>=', offsetKey(after + 1)), consistent: true }, limit)
    return rows.map(loggedEventOf)
  }

  async ofSubject (subjectId: string, { before, limit }: PageRequest): Promise<Page<LoggedEvent>> {
    const rows = await queryRows(this.#database, {
      partition: partitionOf('events', 'subjectId-eventKey-index', subjectId),
      within: before === null ? null : compare('eventKey', '>', before),
    }, limit + 1)
    const items = rows.slice(0, limit).map(loggedEventOf)
    const last = items.at(-1)
    return { items, nextKey: rows.length > limit && last !== undefined ? historyKey(last) : null }
  }
}

/** The items that write events at these offsets and on, in one step with the count of the partition. */
export function eventItems ({ tableNames }: Database, partition: number, before: number, writes: readonly PublishWrite[]): TransactionItem[] {
  return writes.map(({ event, expiresAt }, index) => ({
    Put: { TableName: tableNames.events, Item: itemOf(partition, before + index + 1, event, expiresAt) },
  }))
}

function itemOf (partition: number, offset: number, event: PublishWrite['event'], expiresAt: PublishWrite['expiresAt']): Row {
  return { ...event, partition: String(partition), offset: offsetKey(offset), eventKey: historyKey({ ...event, offset }), deleteAt: secondsOf(expiresAt) }
}

const loggedEventOf = keeping(['eventKey', 'deleteAt'], (row: Row): LoggedEvent => ({
  partition: Number(text(row, 'partition')),
  offset: Number(text(row, 'offset')),
  id: text(row, 'id'),
  type: text(row, 'type'),
  schemaVersion: integer(row, 'schemaVersion'),
  occurredAt: text(row, 'occurredAt'),
  subjectId: text(row, 'subjectId'),
  version: integerOrNull(row, 'version'),
  audience: words(row, 'audience'),
  ...(row['by'] !== undefined && { by: map(row, 'by') as unknown as EventActor }),
  data: map(row, 'data') as LoggedEvent['data'],
}))
