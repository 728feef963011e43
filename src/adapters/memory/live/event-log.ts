import { historyKey, type EventLog, type LoggedEvent } from '#application/ports/event-log.js'
import { OUTBOX_SHARDS, type PublishWrite } from '#application/ports/outbox-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { isolated } from '../engine/table.js'

export class MemoryEventLog implements EventLog {
  readonly #partitions = Array.from({ length: OUTBOX_SHARDS }, (): LoggedEvent[] => [])
  readonly #ofSubjects = new Map<string, LoggedEvent[]>()

  async heads (): Promise<readonly number[]> {
    return this.#partitions.map(({ length }) => length)
  }

  async read (partition: number, after: number, limit: number): Promise<readonly LoggedEvent[]> {
    return this.#partition(partition).slice(after, after + limit)
  }

  async ofSubject (subjectId: string, { before, limit }: PageRequest): Promise<Page<LoggedEvent>> {
    const behind = (this.#ofSubjects.get(subjectId) ?? [])
      .filter((event) => before === null || historyKey(event) > before)
      .toSorted((one, other) => historyKey(one) < historyKey(other) ? -1 : 1)
    const items = behind.slice(0, limit)
    const last = items.at(-1)
    return { items, nextKey: behind.length > limit && last !== undefined ? historyKey(last) : null }
  }

  /** For the outbox. Nothing expires, because the process ends sooner. */
  add (partition: number, { event }: PublishWrite): void {
    const events = this.#partition(partition)
    const logged = isolated({ ...event, partition, offset: events.length + 1 })
    events.push(logged)
    const ofSubject = this.#ofSubjects.get(event.subjectId)
    if (ofSubject === undefined) this.#ofSubjects.set(event.subjectId, [logged])
    else ofSubject.push(logged)
  }

  count (partition: number): number {
    return this.#partition(partition).length
  }

  #partition (partition: number): LoggedEvent[] {
    return this.#partitions[partition] as LoggedEvent[]
  }
}
