import type { EventLog, LoggedEvent } from '#application/ports/event-log.js'
import { OUTBOX_SHARDS, type PublishWrite } from '#application/ports/outbox-store.js'
import { isolated } from '../engine/table.js'

export class MemoryEventLog implements EventLog {
  readonly #partitions = Array.from({ length: OUTBOX_SHARDS }, (): LoggedEvent[] => [])

  async heads (): Promise<readonly number[]> {
    return this.#partitions.map(({ length }) => length)
  }

  async read (partition: number, after: number, limit: number): Promise<readonly LoggedEvent[]> {
    return this.#partition(partition).slice(after, after + limit)
  }

  /** For the outbox. Nothing expires, because the process ends sooner. */
  add (partition: number, { event }: PublishWrite): void {
    const events = this.#partition(partition)
    events.push(isolated({ ...event, partition, offset: events.length + 1 }))
  }

  count (partition: number): number {
    return this.#partition(partition).length
  }

  #partition (partition: number): LoggedEvent[] {
    return this.#partitions[partition] as LoggedEvent[]
  }
}
