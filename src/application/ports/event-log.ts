import type { PublishedEvent } from '#domain/live/published-event.js'

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
}
