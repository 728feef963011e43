import type { PublishedEvent } from '#domain/live/published-event.js'
import type { Page, PageRequest } from './page.js'

/** An event at its place in the log. */
export interface LoggedEvent extends PublishedEvent {
  /** The shard of the outbox that it came from. */
  readonly partition: number
  /** Which event of the partition it is. Offsets are dense and begin at 1. */
  readonly offset: number
}

/**
 * The events of the outbox that took effect, each once. `OutboxStore.complete` writes them. They are in the order of their effects: a parked event
 * comes when it takes effect. Rows expire, so that what is absent lies before all that is there.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface EventLog {
  /** The number of events that each partition has got so far, in the order of the partitions. */
  heads: () => Promise<readonly number[]>

  /** At most so many events of a partition behind this offset, oldest first. It sees every event that was published before. */
  read: (partition: number, after: number, limit: number) => Promise<readonly LoggedEvent[]>

  /** The events of one subject, oldest first: `before` is the key of the last one on the page before. The newest may be missing for some milliseconds. */
  ofSubject: (subjectId: string, page: PageRequest) => Promise<Page<LoggedEvent>>
}

const OFFSET_DIGITS = 12

/** The offsets of keys compare as texts. */
export function offsetKey (offset: number): string {
  return String(offset).padStart(OFFSET_DIGITS, '0')
}

/** Places the events of a subject in the order in which they happened, those of one moment in that of their effects: they all lie in one partition. */
export function historyKey ({ occurredAt, offset }: Pick<LoggedEvent, 'occurredAt' | 'offset'>): string {
  return `${occurredAt}#${offsetKey(offset)}`
}
