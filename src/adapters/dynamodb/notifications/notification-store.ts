import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { isDue, type Notification } from '#domain/notifications/notification.js'
import { createdKey, type Timestamp } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { NotificationStore } from '#application/ports/notification-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { batchGet } from '../engine/batch-get.js'
import type { Database } from '../engine/database.js'
import { absent, allOf, compare, expression, type Condition } from '../engine/expression.js'
import { DEAD, dueQueue, notificationOf, notificationRow } from './notification-row.js'
import { pageOf, queryRows } from '../engine/query.js'
import { rowOf, text, type Row } from '../engine/row.js'
import { retryConflicts, type TransactionItem } from '../engine/transact.js'

/** For the projections: sets what the row lacks, which is all or nothing of it. */
export function notificationItem ({ tableNames }: Database, notification: Notification): TransactionItem {
  const { notificationId, ...attributes } = notificationRow(notification)
  const setOnce = attributes as Readonly<Record<string, object>>
  return { Update: { TableName: tableNames.notifications, Key: { notificationId }, ...expression({ update: { setOnce } }) } }
}

export class DynamoNotificationStore implements NotificationStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (notification: Notification): Promise<Insertion<Notification>> {
    const taken = await this.#put(notification, absent('notificationId'))
    return taken === null ? { inserted: true, stored: notification } : { inserted: false, stored: notificationOf(taken) }
  }

  async find (notificationId: string): Promise<Notification | null> {
    const { documents, tableNames } = this.#database
    const { Item } = await documents.send(new GetCommand({ TableName: tableNames.notifications, Key: { notificationId }, ConsistentRead: true }))
    return Item === undefined ? null : notificationOf(Item)
  }

  async replace (next: Notification): Promise<boolean> {
    return await this.#put(next, compare('version', '=', next.version - 1)) === null
  }

  async due (queue: number, now: Timestamp, limit: number): Promise<readonly Notification[]> {
    const rows = await this.#query('queue-queueKey-index', {
      key: allOf(compare('queue', '=', dueQueue(queue)), compare('queueKey', '<', createdKey(now, '~'))),
    }, true, limit)
    const found = await this.#load(rows)
    // The index follows its table after a moment: what is no longer due has been taken by another.
    return found.filter((notification) => isDue(notification, now))
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<Notification>> {
    return await this.#page('userId', userId, 'createdKey', page)
  }

  async listDead (page: PageRequest): Promise<Page<Notification>> {
    return await this.#page('queue', DEAD, 'queueKey', page)
  }

  /** A page of a partition of an index, newest first: one query, and one batch of reads. */
  async #page (hash: string, value: string, range: string, page: PageRequest): Promise<Page<Notification>> {
    const inPartition = compare(hash, '=', value)
    const key = page.before === null ? inPartition : allOf(inPartition, compare(range, '<', page.before))
    const rows = await this.#query(`${hash}-${range}-index`, { key }, false, page.limit + 1)
    const { items, nextKey } = pageOf(rows, page, (row) => text(row, range))
    return { items: await this.#load(items), nextKey }
  }

  async #query (IndexName: string, { key }: { readonly key: Condition }, ScanIndexForward: boolean, limit: number): Promise<Row[]> {
    const { documents, tableNames } = this.#database
    return await queryRows(documents, { TableName: tableNames.notifications, IndexName, ScanIndexForward, ...expression({ key }) }, limit)
  }

  /** What rows of an index stand for, in their order. */
  async #load (keys: readonly Row[]): Promise<Notification[]> {
    const ids = keys.map((row) => text(row, 'notificationId'))
    const rows = await batchGet(this.#database, this.#database.tableNames.notifications, ids.map((notificationId) => ({ notificationId })))
    const found = new Map(rows.map((row) => [text(row, 'notificationId'), notificationOf(row)]))
    return ids.map((id) => found.get(id)).filter((notification) => notification !== undefined)
  }

  /** Null once it is written; else the row that is against it, empty where there is none. */
  async #put (notification: Notification, condition: Condition): Promise<Row | null> {
    const { documents, tableNames } = this.#database
    try {
      await retryConflicts(this.#database, async () => await documents.send(new PutCommand({
        TableName: tableNames.notifications,
        Item: notificationRow(notification),
        ...expression({ condition }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })))
      return null
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      return rowOf(error.Item ?? {})
    }
  }
}
