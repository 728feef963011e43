import { outboxShardOf, type OutboxEvent, type OutboxStore } from '../../application/ports/outbox-store.js'
import { OrderedIndex } from './ordered-index.js'
import { Table } from './table.js'

export class MemoryOutboxStore implements OutboxStore {
  readonly #events = new Table<OutboxEvent>()
  readonly #byShard = new OrderedIndex()

  /** For the other stores: puts down events beside the state they tell of. */
  add (events: readonly OutboxEvent[]): void {
    for (const event of events) {
      this.#events.put(event.eventId, event)
      this.#byShard.add(String(outboxShardOf(event)), event.eventId, event.eventId)
    }
  }

  async read (shard: number, limit: number): Promise<readonly OutboxEvent[]> {
    const events: OutboxEvent[] = []
    for (const [, eventId] of this.#byShard.ascending(String(shard))) {
      if (events.length === limit) break
      events.push(this.#events.require(eventId))
    }
    return events
  }
}
