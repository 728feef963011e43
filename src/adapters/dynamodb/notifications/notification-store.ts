import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { CHANNELS, isDue, type Delivery, type Notification, type Sealed } from '#domain/notifications/notification.js'
import { shardOf } from '#domain/shard.js'
import { createdKey, DAY_MS, laterBy, type Timestamp } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import { NOTIFICATION_QUEUES, type NotificationStore } from '#application/ports/notification-stores.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { absent, compare, expression, type Condition } from '../engine/expression.js'
import { newestRows } from '../engine/page.js'
import { countRows, getRow, loadRows, partition, queryRows, type Partition } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { integer, integerOrNull, keeping, map, mapOrNull, secondsOf, text, textOrNull, word, type Row } from '../engine/row.js'
import { takenBy, transact, writeIf, type Check, type TransactionItem } from '../engine/write.js'

/** The queue of those that wait for a person. */
const DEAD = 'dead'

/** How long a notification shows in the history. */
const KEPT_MS = 180 * DAY_MS

export class DynamoNotificationStore implements NotificationStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (notification: Notification): Promise<Insertion<Notification>> {
    const check = await this.#put(notification, absent('notificationId'))
    return check === null ? { inserted: true, stored: notification } : { inserted: false, stored: notificationOf(takenBy(check)) }
  }

  async find (notificationId: string): Promise<Notification | null> {
    const row = await getRow(this.#database, 'notifications', { notificationId })
    return row === null ? null : notificationOf(row)
  }

  async replace (next: Notification): Promise<boolean> {
    return await this.#put(next, isBefore(next)) === null
  }

  /** One request, at twice the price for each row, and one more for each that finds some overtaken. */
  async replaceAll (nexts: readonly Notification[]): Promise<readonly boolean[]> {
    if (nexts.length === 1) return await Promise.all(nexts.map(async (next) => await this.replace(next)))
    let left = nexts
    while (left.length > 0) {
      const checks = await transact(this.#database, left.map((next) => ({ Put: this.#putOf(next, isBefore(next)) })))
      if (checks === null) break
      left = left.filter((_, index) => checks[index]?.failed === false)
    }
    const written = new Set(left)
    return nexts.map((next) => written.has(next))
  }

  async due (queue: number, now: Timestamp, limit: number): Promise<readonly Notification[]> {
    const rows = await queryRows(this.#database, {
      partition: partition('notifications', 'queue-queueKey-index', dueQueue(queue)),
      within: compare('queueKey', '<', createdKey(now, '~')),
    }, limit)
    const found = await this.#load(rows)
    // The index follows its table after a moment: another process has taken what is no longer due.
    return found.filter((notification) => isDue(notification, now))
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<Notification>> {
    return await this.#page(partition('notifications', 'userId-createdKey-index', userId), page)
  }

  async listDead (page: PageRequest): Promise<Page<Notification>> {
    return await this.#page(partition('notifications', 'queue-queueKey-index', DEAD), page)
  }

  async countDead (max: number): Promise<number> {
    return await countRows(this.#database, [partition('notifications', 'queue-queueKey-index', DEAD)], max)
  }

  /** One query and one batch of reads. */
  async #page (from: Partition, page: PageRequest): Promise<Page<Notification>> {
    const { items, nextKey } = await newestRows(this.#database, [from], page)
    return { items: await this.#load(items), nextKey }
  }

  async #load (keys: readonly Row[]): Promise<Notification[]> {
    return readable(this.#database, 'notifications', await loadRows(this.#database, 'notifications', keys), notificationOf)
  }

  async #put (notification: Notification, condition: Condition): Promise<Check | null> {
    const put = { ...this.#putOf(notification, condition), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
    return await writeIf(this.#database, async () => await this.#database.documents.send(new PutCommand(put)))
  }

  #putOf (notification: Notification, condition: Condition) {
    return { TableName: this.#database.tableNames.notifications, Item: notificationRow(notification), ...expression({ condition }) }
  }
}

function isBefore ({ version }: Notification): Condition {
  return compare('version', '=', version - 1)
}

/** For the projections: sets what the row lacks, which is all or nothing of it. */
export function notificationItem ({ tableNames }: Database, notification: Notification): TransactionItem {
  const { notificationId, ...attributes } = notificationRow(notification)
  const setOnce = attributes as Readonly<Record<string, object>>
  return { Update: { TableName: tableNames.notifications, Key: { notificationId }, ...expression({ update: { setOnce } }) } }
}

export function notificationRow (notification: Notification): Row {
  const { createdAt, notificationId } = notification
  return { ...notification, createdKey: createdKey(createdAt, notificationId), ...workOf(notification), expiresAt: expiryOf(notification) }
}

/**
 * The place of a notification in the index of work. One that is finished stays there, in a partition of its own: an event that
 * comes late sets what a row lacks, and would otherwise put it into its queue again.
 */
function workOf ({ state, notificationId, dueAt, createdAt }: Notification): { queue: string, queueKey: string } {
  switch (state) {
    case 'waiting': return { queue: dueQueue(shardOf(notificationId, NOTIFICATION_QUEUES)), queueKey: createdKey(dueAt, notificationId) }
    case 'dead': return { queue: DEAD, queueKey: createdKey(createdAt, notificationId) }
    default: return { queue: `done#${notificationId}`, queueKey: createdKey(createdAt, notificationId) }
  }
}

function dueQueue (queue: number): string {
  return `due#${queue}`
}

/** Seconds since 1970. A row with a secret goes as soon as the secret is of no use any more. */
function expiryOf ({ sealed, validUntil, createdAt }: Notification): number {
  return secondsOf(sealed !== null && validUntil !== null ? validUntil : laterBy(createdAt, KEPT_MS))
}

const notificationOf = keeping(['createdKey', 'queue', 'queueKey', 'expiresAt'], (row): Notification => ({
  notificationId: text(row, 'notificationId'),
  userId: text(row, 'userId'),
  kind: word(row, 'kind'),
  subjectId: text(row, 'subjectId'),
  amount: integerOrNull(row, 'amount'),
  currency: textOrNull(row, 'currency'),
  sealed: sealedIn(mapOrNull(row, 'sealed')),
  validUntil: textOrNull(row, 'validUntil'),
  state: word(row, 'state'),
  reason: textOrNull(row, 'reason'),
  dueAt: text(row, 'dueAt'),
  attempts: integer(row, 'attempts'),
  deliveries: deliveriesOf(map(row, 'deliveries')),
  createdAt: text(row, 'createdAt'),
  version: integer(row, 'version'),
}))

function sealedIn (row: Row | null): Sealed | null {
  return row === null ? null : sealedOf(row)
}

const sealedOf = keeping([], (row): Sealed => ({ to: text(row, 'to'), locale: word(row, 'locale'), link: textOrNull(row, 'link') }))

function deliveriesOf (row: Row): Notification['deliveries'] {
  const known = CHANNELS.filter((channel) => row[channel] !== undefined).map((channel) => [channel, deliveryOf(map(row, channel))] as const)
  return { ...row, ...Object.fromEntries<Delivery>(known) }
}

const deliveryOf = keeping([], (row): Delivery => ({ state: word(row, 'state'), reason: textOrNull(row, 'reason'), at: text(row, 'at') }))
