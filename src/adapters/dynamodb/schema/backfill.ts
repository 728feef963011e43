import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import type { Message } from '#domain/messages/message.js'
import { Turns } from '#application/turns.js'
import { addKeys } from '../messages/backfill-message.js'
import type { Database } from '../engine/database.js'
import { absent, expression } from '../engine/expression.js'
import { messageOf } from '../messages/message-row.js'
import { readMigration, writeMigration } from './migrations.js'
import { integer, mapOrNull, maps, type Row } from '../engine/row.js'

const SEGMENTS = 8
/** Rows of a segment after which its position is put down. */
const PAGE_ROWS = 100

export interface BackfillOptions {
  /** Told how many rows were looked at so far, in this run and those before it, and about how many there are. */
  readonly onProgress: (looked: number, total: number) => void
  readonly signal: AbortSignal
  readonly pageRows?: number
}

/** A part of the table that is read on its own. */
interface Segment {
  readonly index: number
  /** The last key of the page before; null at the beginning and the end. */
  readonly position: Row | null
  readonly done: boolean
  readonly looked: number
}

/**
 * Gives messages of the earlier application the attributes of our indexes, and their conversations a place in the inbox.
 * The only reader of a whole table. It may be stopped or killed at any moment, and goes on where it was: what it does
 * to a message, it does once. Run it when the earlier application no longer writes: afterwards nobody looks for its rows.
 *
 * Answers whether it came to the end, or else was stopped by the signal.
 */
export async function backfill (database: Database, options: BackfillOptions): Promise<boolean> {
  const record = await readMigration(database)
  const total = await countOf(database)
  if (record?.['state'] === 'done') {
    options.onProgress(total, total)
    return true
  }
  const segments = record === null ? newSegments() : maps(record, 'segments').map(segmentOf)
  const report = () => options.onProgress(segments.reduce((sum, { looked }) => sum + looked, 0), total)
  report()
  // One after the other: a write that is overtaken would put older positions in place of newer ones.
  const turns = new Turns()
  const save = async (segment: Segment) => {
    segments[segment.index] = segment
    report()
    await turns.take('positions', async () => await writeMigration(database, { state: 'running', segments }))
  }
  const ends = await Promise.all(segments.map(async (segment) => await walk(database, segment, segments.length, save, options)))
  if (!ends.every(Boolean)) return false
  await writeMigration(database, { state: 'done' })
  return true
}

/** Walks through a segment to its end, or until the signal. */
async function walk (database: Database, from: Segment, total: number, save: (segment: Segment) => Promise<void>, options: BackfillOptions): Promise<boolean> {
  let segment = from
  while (!segment.done) {
    const { rows, looked, next } = await readPage(database, segment, total, options.pageRows ?? PAGE_ROWS)
    for (const row of rows) {
      if (options.signal.aborted) return false
      await addKeys(database, earlierMessage(row))
    }
    segment = { ...segment, position: next, done: next === null, looked: segment.looked + looked }
    await save(segment)
  }
  return true
}

async function readPage ({ documents, tableNames }: Database, { index, position }: Segment, total: number, pageRows: number) {
  const { Items: rows = [], ScannedCount: looked = 0, LastEvaluatedKey: next = null } = await documents.send(new ScanCommand({
    TableName: tableNames.messages,
    Segment: index,
    TotalSegments: total,
    ExclusiveStartKey: position ?? undefined,
    Limit: pageRows,
    ...expression({ filter: absent('sortKey') }),
  }))
  return { rows, looked, next }
}

/** DynamoDB counts a table every six hours or so. */
async function countOf ({ documents, tableNames }: Database): Promise<number> {
  const { Table: { ItemCount = 0 } = {} } = await documents.send(new DescribeTableCommand({ TableName: tableNames.messages }))
  return ItemCount
}

/** @throws Error that tells which row somebody has to look at */
function earlierMessage (row: Row): Message {
  try {
    return messageOf(row)
  } catch (error) {
    throw new Error(`the message ${String(row['messageId'])} can't be read`, { cause: error })
  }
}

function newSegments (): Segment[] {
  return Array.from({ length: SEGMENTS }, (_, index) => ({ index, position: null, done: false, looked: 0 }))
}

function segmentOf (row: Row): Segment {
  return { index: integer(row, 'index'), position: mapOrNull(row, 'position'), done: row['done'] === true, looked: integer(row, 'looked') }
}
