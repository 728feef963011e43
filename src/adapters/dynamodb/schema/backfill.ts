import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { lastMessageOf } from '#domain/messages/conversation.js'
import { messageKey, type Message } from '#domain/messages/message.js'
import { Turns } from '#application/turns.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, compare, expression, present, type Condition } from '../engine/expression.js'
import { isRefusal } from '../engine/errors.js'
import { getRow } from '../engine/read.js'
import { keyOf } from '../engine/readable.js'
import { untilWritten } from '../engine/retry.js'
import { textOrNull, UnreadableRow, words, type Row } from '../engine/row.js'
import type { TableId } from '../engine/tables.js'
import { transact, type TransactionItem } from '../engine/write.js'
import { messageOf } from '../messages/message-row.js'
import { EARLIER_PAYMENTS, newSegments, readMigration, segmentsOf, write, writeMigration, type Segment } from './migrations.js'

const SEGMENTS = 8
/** Rows of a segment after which its position is stored. */
const PAGE_ROWS = 100
/** How long one message tries to get in while its conversation moves. */
const MESSAGE_DEADLINE_MS = 5000

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
  /** The keys of rows that cannot be read, 1,000 at most. */
  readonly leftOut: readonly string[]
}

/**
 * Gives messages of the earlier application the attributes of our indexes, and their conversations a place in the inbox.
 * It is the only reader of a whole table. It may be stopped or killed at any moment and goes on where it was, because it changes
 * each message once. Run it when the earlier application no longer writes: afterwards the stores do not look for its rows.
 *
 * A row that cannot be read, or that DynamoDB does not take, is left out and noted.
 */
export async function backfill (database: Database, options: BackfillOptions): Promise<Backfilled> {
  const record = await readMigration(database)
  const leftOut = new Set(record?.['leftOut'] === undefined ? [] : words(record, 'leftOut'))
  const total = await countOf(database, 'messages')
  if (record?.['state'] === 'done') {
    options.onProgress(total, total)
    return { isDone: true, leftOut: [...leftOut] }
  }
  const segments = record === null ? newSegments(SEGMENTS) : segmentsOf(record)
  const report = () => options.onProgress(segments.reduce((sum, { looked }) => sum + looked, 0), total)
  report()
  // One after the other: an overtaken write would replace newer positions with older ones.
  const turns = new Turns()
  const save = async (segment: Segment, unread: readonly string[]) => {
    segments[segment.index] = segment
    for (const key of unread.slice(0, LEFT_OUT_MAX - leftOut.size)) leftOut.add(key)
    report()
    await turns.take('positions', async () => await writeMigration(database, { ...record, state: 'running', segments, leftOut: [...leftOut] }))
  }
  const ends = await Promise.all(segments.map(async (segment) => await walk(database, segment, segments.length, save, options)))
  if (!ends.every(Boolean)) return { isDone: false, leftOut: [...leftOut] }
  await writeMigration(database, { ...record, state: 'done', segments: undefined, leftOut: [...leftOut] })
  return { isDone: true, leftOut: [...leftOut] }
}

/**
 * Looks for payments of the earlier application, whose amounts nothing writes, because their rows do not say in which unit they are.
 * Where there are none, the stores do not look for them any more. Answers their keys, 1,000 at most; false where the signal stopped it.
 */
export async function findEarlierPayments (database: Database, { onProgress, signal, pageRows = PAGE_ROWS }: BackfillOptions): Promise<Backfilled> {
  if ((await readMigration(database, EARLIER_PAYMENTS))?.['state'] === 'done') return { isDone: true, leftOut: [] }
  const total = await countOf(database, 'payments')
  const leftOut: string[] = []
  let [whole] = newSegments(1) as [Segment]
  while (!whole.done) {
    if (signal.aborted) return { isDone: false, leftOut }
    const { rows, looked, next } = await readPage(database, 'payments', 'createdKey', whole, 1, pageRows)
    leftOut.push(...rows.map((row) => keyOf('payments', row)).slice(0, LEFT_OUT_MAX - leftOut.length))
    whole = { ...whole, position: next, done: next === null, looked: whole.looked + looked }
    onProgress(whole.looked, total)
  }
  if (leftOut.length === 0) await write(database, { state: 'done', name: EARLIER_PAYMENTS })
  return { isDone: true, leftOut }
}

/** Walks through a segment to its end, or until the signal. */
async function walk (database: Database, from: Segment, total: number, save: (segment: Segment, unread: readonly string[]) => Promise<void>, options: BackfillOptions): Promise<boolean> {
  let segment = from
  while (!segment.done) {
    const { rows, looked, next } = await readPage(database, 'messages', 'sortKey', segment, total, options.pageRows ?? PAGE_ROWS)
    const unread: string[] = []
    for (const row of rows) {
      if (options.signal.aborted) return false
      if (!await isTaken(database, row)) unread.push(keyOf('messages', row))
    }
    segment = { ...segment, position: next, done: next === null, looked: segment.looked + looked }
    await save(segment, unread)
  }
  return true
}

/** The rows of a segment that lack an attribute of ours. */
async function readPage ({ documents, tableNames }: Database, table: TableId, lacking: string, { index, position }: Segment, total: number, pageRows: number) {
  const { Items: rows = [], ScannedCount: looked = 0, LastEvaluatedKey: next = null } = await documents.send(new ScanCommand({
    TableName: tableNames[table],
    Segment: index,
    TotalSegments: total,
    ExclusiveStartKey: position ?? undefined,
    Limit: pageRows,
    ...expression({ filter: absent(lacking) }),
  }))
  return { rows, looked, next }
}

/** About how many rows a table has: DynamoDB counts them every six hours or so. */
export async function countOf ({ documents, tableNames }: Database, table: TableId): Promise<number> {
  const { Table: { ItemCount = 0 } = {} } = await documents.send(new DescribeTableCommand({ TableName: tableNames[table] }))
  return ItemCount
}

/** Takes the message of a row into its conversation; false where the row cannot be read or written. */
async function isTaken (database: Database, row: Row): Promise<boolean> {
  try {
    await addKeys(database, messageOf(row))
    return true
  } catch (error) {
    if (error instanceof UnreadableRow || isRefusal(error)) return false
    throw error
  }
}

/**
 * Takes an earlier message into its conversation, in one step with the attributes of our indexes, and so only once.
 * From then on it is ordered by its time in our form.
 */
export async function addKeys (database: Database, { orderedAt: _ofTheRow, ...message }: Message): Promise<void> {
  const { messageId, conversationId, senderId, receiverId, createdAt } = message
  const keys: TransactionItem = {
    Update: {
      TableName: database.tableNames.messages,
      Key: { messageId },
      ...expression({
        condition: allOf(present('messageId'), absent('sortKey')),
        update: { set: { conversationId, sortKey: messageKey(message), timestamp: createdAt } },
      }),
    },
  }
  // The earlier application let people write to themselves, which is no conversation.
  const people = senderId === receiverId ? [] : [senderId, receiverId]
  await untilWritten(database, async () => {
    const sides = await Promise.all(people.map(async (userId) => await sideItems(database, message, userId)))
    const checks = await transact(database, [keys, ...sides.flat()])
    return checks === null || checks[0]?.failed === true ? true : undefined
  }, MESSAGE_DEADLINE_MS)
}

/**
 * The change of one person's side of the conversation, on condition that the attributes it rests on are as they were just read.
 * Keys only move forward; a message counts as unread where the reader's marker has not passed it.
 */
async function sideItems (database: Database, message: Message, userId: string): Promise<TransactionItem[]> {
  const { conversationId, senderId, receiverId } = message
  const Key = { userId, conversationId }
  const side = await getRow(database, 'inbox', Key) ?? {}
  const key = messageKey(message)
  const isReceiver = receiverId === userId
  const isNewer = (attribute: string) => key > (textOrNull(side, attribute) ?? '')
  const moved = ['lastKey', ...(isReceiver ? ['lastReceivedKey'] : [])].filter(isNewer)
  const isUnread = isReceiver && !message.read && isNewer('readKey')
  const restsOn = [...moved, ...(isUnread ? ['readKey'] : [])]
  if (restsOn.length === 0) return []
  const update = {
    set: {
      otherUserId: isReceiver ? senderId : receiverId,
      ...Object.fromEntries(moved.map((attribute) => [attribute, key])),
      ...(moved.includes('lastKey') && { lastMessage: lastMessageOf(message) }),
      ...(isUnread && side['blocked'] !== true && { unreadUser: userId }),
    },
    ...(isUnread && { add: { unread: 1 } }),
  }
  const condition = allOf(...restsOn.map((attribute) => isStill(side, attribute)))
  return [{ Update: { TableName: database.tableNames.inbox, Key, ...expression({ condition, update }) } }]
}

function isStill (side: Row, attribute: string): Condition {
  const value = textOrNull(side, attribute)
  return value === null ? absent(attribute) : compare(attribute, '=', value)
}
