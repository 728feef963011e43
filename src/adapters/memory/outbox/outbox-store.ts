import { DomainError } from '#domain/errors.js'
import type { LeaseClaim } from '#domain/lease.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { OUTBOX_SHARDS, outboxShardOf, PARKED_COUNT_MAX, type Completion, type OutboxEvent, type OutboxStore, type ParkedEvent, type ProjectionWrite, type ShardLease } from '#application/ports/outbox-store.js'
import { makeTree, RowIndex, type Tree } from '../engine/indexes.js'
import { isolated, Table } from '../engine/table.js'
import type { MemoryEventLog } from '../live/event-log.js'
import type { MemoryNotificationStore } from '../notifications/notification-store.js'
import type { MemoryAttentionStore } from '../payments/attention-store.js'
import type { MemoryOrderIndex } from '../payments/order-index.js'
import type { MemoryStatsStore } from '../payments/stats-store.js'

/** The owner, in the index of parked events. */
const PARKED = 'parked'

type Held = Omit<ShardLease, 'shard' | 'published'>

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryOutboxStore implements OutboxStore {
  /** By their ids, which sort in the order of the events; a tree for each shard. */
  readonly #waiting = Array.from({ length: OUTBOX_SHARDS }, () => makeTree<OutboxEvent>())
  readonly #parked = new Table<ParkedEvent>()
  readonly #order = new RowIndex<ParkedEvent>()
  readonly #leases = new Map<number, Held>()
  readonly #stats: MemoryStatsStore
  readonly #orderIndex: MemoryOrderIndex
  readonly #notifications: MemoryNotificationStore
  readonly #events: MemoryEventLog
  readonly #attention: MemoryAttentionStore

  constructor (stats: MemoryStatsStore, orderIndex: MemoryOrderIndex, notifications: MemoryNotificationStore, events: MemoryEventLog, attention: MemoryAttentionStore) {
    this.#stats = stats
    this.#orderIndex = orderIndex
    this.#notifications = notifications
    this.#events = events
    this.#attention = attention
  }

  /** For the other stores: writes events beside the state that they report. */
  add (events: readonly OutboxEvent[]): void {
    for (const event of events) this.#shard(outboxShardOf(event)).set(event.eventId, isolated(event))
  }

  async read (shard: number, limit: number): Promise<readonly OutboxEvent[]> {
    return Iterator.from(this.#shard(shard).values()).take(limit).toArray()
  }

  async claim (shard: number, { owner, until, now }: LeaseClaim): Promise<ShardLease> {
    const held = this.#leases.get(shard)
    if (held === undefined || held.owner === owner || held.until <= now) this.#leases.set(shard, { owner, epoch: (held?.epoch ?? 0) + 1, until })
    return Object.freeze({ shard, ...this.#leases.get(shard) as Held, published: this.#events.count(shard) })
  }

  async complete (lease: ShardLease, events: readonly OutboxEvent[], writes: readonly ProjectionWrite[]): Promise<Completion> {
    const waiting = this.#shard(lease.shard)
    if (!this.#isLast(lease) || lease.published !== this.#events.count(lease.shard) || !events.every(({ eventId }) => waiting.has(eventId))) return { kind: 'overtaken' }
    for (const write of writes) this.#apply(lease.shard, write)
    for (const { eventId } of events) waiting.delete(eventId)
    return { kind: 'completed' }
  }

  async discard (events: readonly OutboxEvent[]): Promise<void> {
    for (const event of events) this.#shard(outboxShardOf(event)).delete(event.eventId)
  }

  async park (lease: ShardLease, parked: ParkedEvent): Promise<void> {
    const { event } = parked
    if (!this.#isLast(lease) || !this.#shard(lease.shard).delete(event.eventId)) return
    this.#order.add(PARKED, event.eventId, this.#parked.put(event.eventId, parked))
  }

  async parked (page: PageRequest): Promise<Page<ParkedEvent>> {
    return this.#order.page(PARKED, page)
  }

  async countParked (): Promise<number> {
    return Math.min(this.#parked.size, PARKED_COUNT_MAX)
  }

  async unpark (eventId: string): Promise<OutboxEvent> {
    const parked = this.#parked.get(eventId)
    if (parked === undefined) throw new DomainError('not_found', 'no such event is parked')
    this.#parked.delete(eventId)
    this.#order.remove(PARKED, eventId)
    this.add([parked.event])
    return parked.event
  }

  #apply (shard: number, write: ProjectionWrite): void {
    switch (write.kind) {
      case 'stats': return this.#stats.add(write)
      case 'notification':
        this.#notifications.add(write.notification)
        return
      case 'term': return this.#orderIndex.add(write)
      case 'publish': return this.#events.add(shard, write)
      case 'attention': return this.#attention.put(write.place)
    }
  }

  #isLast ({ shard, owner, epoch }: ShardLease): boolean {
    const last = this.#leases.get(shard)
    return last?.owner === owner && last.epoch === epoch
  }

  #shard (shard: number): Tree<OutboxEvent> {
    return this.#waiting[shard] as Tree<OutboxEvent>
  }
}
