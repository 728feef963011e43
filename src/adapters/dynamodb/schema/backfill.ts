import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { Turns } from '#application/turns.js'
import type { Database } from '../engine/client.js'
import { absent, expression } from '../engine/expression.js'
import { isRefusal } from '../engine/errors.js'
import { keyOf } from '../engine/readable.js'
import { UnreadableRow, words, type Row } from '../engine/row.js'
import type { TableId } from '../engine/tables.js'
import { newSegments, readMigration, segmentsOf, write, type Segment } from './migrations.js'

const SEGMENTS = 8
/** Rows of a segment after which its position is stored. */
const PAGE_ROWS = 100

export interface BackfillOptions {
  /** Receives how many rows were looked at so far, in this run and those before it, and about how many there are. */
  readonly onProgress: (looked: number, total: number) => void
  readonly signal: AbortSignal
  readonly pageRows?: number
}

/** How many keys of rows that were left out the record of the migration holds. */
const LEFT_OUT_MAX = 1000

export interface Backfilled {
  /** False where the signal stopped it before the end. */
  readonly isDone: boolean
  /** The keys of rows that cannot be read or stay as they are, 1,000 at most. */
  readonly leftOut: readonly string[]
  /** Whether rows that can be read stay as they are: the stores go on looking for them, and the next run looks at all rows again. */
  readonly isWaiting: boolean
}

/** What is to become of the rows of the earlier application. */
export interface Migration {
  readonly name: string
  readonly table: TableId
  /** The attribute that each row of ours has, and none of theirs. */
  readonly lacking: string
  /** Writes a row, once however often it is called; false where it has to stay as it is. @throws UnreadableRow */
  readonly take: (row: Row) => Promise<boolean>
}

/**
 * Takes in all rows of a table that the earlier application has written. It may be stopped or killed at any moment and goes on where it was.
 * A row that cannot be read, or that DynamoDB does not take, is left out and noted.
 */
export async function backfill (database: Database, migration: Migration, options: BackfillOptions): Promise<Backfilled> {
  const { name, table } = migration
  const record = await readMigration(database, name)
  const total = await countOf(database, table)
  if (record?.['state'] === 'done') {
    options.onProgress(total, total)
    return { isDone: true, leftOut: leftOutOf(record), isWaiting: false }
  }
  const begun = record?.['state'] === 'running' ? record : null
  const segments = begun === null ? newSegments(SEGMENTS) : segmentsOf(begun)
  const leftOut = new Set(begun === null ? [] : leftOutOf(begun))
  let isWaiting = begun?.['isWaiting'] === true
  const report = () => options.onProgress(segments.reduce((sum, { looked }) => sum + looked, 0), total)
  report()
  // One after the other: an overtaken write would replace newer positions with older ones.
  const turns = new Turns()
  const save = async (segment: Segment, left: Left) => {
    segments[segment.index] = segment
    isWaiting ||= left.isWaiting
    for (const key of left.keys.slice(0, LEFT_OUT_MAX - leftOut.size)) leftOut.add(key)
    report()
    await turns.take('positions', async () => await write(database, { ...record, name, state: 'running', segments, leftOut: [...leftOut], isWaiting }))
  }
  const ends = await Promise.all(segments.map(async (segment) => await walk(database, migration, { segment, total: segments.length, save, options })))
  if (!ends.every(Boolean)) return { isDone: false, leftOut: [...leftOut], isWaiting }
  await write(database, { ...record, name, state: isWaiting ? 'waiting' : 'done', segments: undefined, isWaiting: undefined, leftOut: [...leftOut] })
  return { isDone: true, leftOut: [...leftOut], isWaiting }
}

function leftOutOf (record: Row): readonly string[] {
  return record['leftOut'] === undefined ? [] : words(record, 'leftOut')
}

/** The rows of a page that were left out. */
interface Left {
  readonly keys: readonly string[]
  readonly isWaiting: boolean
}

interface Walk {
  readonly segment: Segment
  readonly total: number
  readonly save: (segment: Segment, left: Left) => Promise<void>
  readonly options: BackfillOptions
}

/** Walks through a segment to its end, or until the signal. */
async function walk (database: Database, migration: Migration, { segment: from, total, save, options: { signal, pageRows = PAGE_ROWS } }: Walk): Promise<boolean> {
  const { table, lacking } = migration
  let segment = from
  while (!segment.done) {
    const { rows, looked, next } = await lackingRows(database, { table, lacking, position: segment.position, part: { index: segment.index, total }, limit: pageRows })
    const keys: string[] = []
    let isWaiting = false
    for (const row of rows) {
      if (signal.aborted) return false
      const outcome = await taken(migration, row)
      if (outcome !== 'taken') keys.push(keyOf(table, row))
      if (outcome === 'waits') isWaiting = true
    }
    segment = { ...segment, position: next, done: next === null, looked: segment.looked + looked }
    await save(segment, { keys, isWaiting })
  }
  return true
}

async function taken ({ take }: Migration, row: Row): Promise<'taken' | 'waits' | 'unreadable'> {
  try {
    return await take(row) ? 'taken' : 'waits'
  } catch (error) {
    if (error instanceof UnreadableRow || isRefusal(error)) return 'unreadable'
    throw error
  }
}

export interface Stretch {
  readonly table: TableId
  readonly lacking: string
  /** The last key of the stretch before; null at the beginning. */
  readonly position: Row | null
  /** One of several parts of the table; without it, the whole. */
  readonly part?: { readonly index: number, readonly total: number }
  readonly limit?: number
}

/** The next rows of a table that lack an attribute of ours: those of `limit` rows, or of 1 MB. */
export async function lackingRows ({ documents, tableNames }: Database, { table, lacking, position, part, limit }: Stretch) {
  const { Items: rows = [], ScannedCount: looked = 0, LastEvaluatedKey: next = null } = await documents.send(new ScanCommand({
    TableName: tableNames[table],
    Segment: part?.index,
    TotalSegments: part?.total,
    ExclusiveStartKey: position ?? undefined,
    Limit: limit,
    ...expression({ filter: absent(lacking) }),
  }))
  return { rows, looked, next }
}

/** About how many rows a table has: DynamoDB counts them every six hours or so. */
export async function countOf ({ documents, tableNames }: Database, table: TableId): Promise<number> {
  const { Table: { ItemCount = 0 } = {} } = await documents.send(new DescribeTableCommand({ TableName: tableNames[table] }))
  return ItemCount
}
