import type { Notification } from '#domain/notifications/notification.js'
import { shardOf } from '#domain/shard.js'
import { createdKey, type Timestamp } from '#domain/time.js'
import type { Insertion } from '#application/ports/insertion.js'
import { NOTIFICATION_QUEUES, type NotificationStore } from '#application/ports/notification-stores.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { RowIndex } from '../engine/indexes.js'
import { Table, type Row } from '../engine/table.js'

/** The owner, in the index of work, of the notifications that wait for a person. */
const DEAD = 'dead'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryNotificationStore implements NotificationStore {
  readonly #rows = new Table<Notification>()
  readonly #byUser = new RowIndex<Notification>()
  /** By queue those that wait, and the dead ones. */
  readonly #work = new RowIndex<Notification>()

  /** For the outbox: a notification that exists stays as it is. */
  add (notification: Notification): Insertion<Notification> {
    const taken = this.#rows.get(notification.notificationId)
    if (taken !== undefined) return { inserted: false, stored: taken }
    const row = this.#put(notification)
    this.#byUser.add(notification.userId, keyOf(notification), row)
    return { inserted: true, stored: row.stored }
  }

  async insert (notification: Notification): Promise<Insertion<Notification>> {
    return this.add(notification)
  }

  async find (notificationId: string): Promise<Notification | null> {
    return this.#rows.get(notificationId) ?? null
  }

  async replace (next: Notification): Promise<boolean> {
    const before = this.#rows.get(next.notificationId)
    if (before?.version !== next.version - 1) return false
    const work = workOf(before)
    if (work !== null) this.#work.remove(...work)
    this.#put(next)
    return true
  }

  async replaceAll (nexts: readonly Notification[]): Promise<readonly boolean[]> {
    return await Promise.all(nexts.map(async (next) => await this.replace(next)))
  }

  async due (queue: number, now: Timestamp, limit: number): Promise<readonly Notification[]> {
    return this.#work.due(String(queue), now, limit)
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<Notification>> {
    return this.#byUser.page(userId, page)
  }

  async listDead (page: PageRequest): Promise<Page<Notification>> {
    return this.#work.page(DEAD, page)
  }

  async countDead (max: number): Promise<number> {
    return this.#work.count(DEAD, max)
  }

  #put (notification: Notification): Row<Notification> {
    const row = this.#rows.put(notification.notificationId, notification)
    const work = workOf(notification)
    if (work !== null) this.#work.add(...work, row)
    return row
  }
}

function keyOf ({ createdAt, notificationId }: Notification): string {
  return createdKey(createdAt, notificationId)
}

/** Owner and key in the index of work; null for a notification that is finished. */
function workOf (notification: Notification): [owner: string, key: string] | null {
  const { state, notificationId, dueAt } = notification
  if (state === 'waiting') return [String(shardOf(notificationId, NOTIFICATION_QUEUES)), createdKey(dueAt, notificationId)]
  return state === 'dead' ? [DEAD, keyOf(notification)] : null
}
