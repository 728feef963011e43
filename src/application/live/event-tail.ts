import type { EventLog, LoggedEvent } from '../ports/event-log.js'
import { distance, type LogPosition } from './position.js'

/** Events in memory: some megabytes. */
const KEPT_MAX = 20_000
/** Events of one partition that one read asks for. */
const READ_MAX = 100
/** How old the newest look may be for one who begins to read. */
const FRESH_MS = 2000
/** Events of one partition before the end that a tail holds which no one read: what those missed who come from another process at once. */
const BACK_MAX = 500

/** An event, and the position behind it. */
export interface TailedEvent {
  readonly event: LoggedEvent
  readonly position: LogPosition
}

export interface EventTailPorts<Details> {
  readonly events: EventLog
  /** Milliseconds that only grow. */
  readonly nowMs: () => number
  /** Whether someone in this process waits for the event. */
  readonly isWanted: (event: LoggedEvent) => boolean
  /** What the readers of these events are shown, by the ids of the events. */
  readonly load: (events: readonly LoggedEvent[]) => Promise<ReadonlyMap<string, Details>>
  /** Gives an event to its readers; it has details where it is wanted. It never waits. */
  readonly deliver: (tailed: TailedEvent, details: Details | undefined) => void
}

/**
 * The end of the event log, for the people who read their events in this process. All partitions together have one position, which grows with each
 * event that is delivered.
 */
export class EventTail<Details> {
  position: LogPosition = []
  readonly #ports: EventTailPorts<Details>
  #kept: LoggedEvent[] = []
  #lookedAt = -Infinity
  #looking: Promise<void> | null = null
  #beginning: Promise<void> | null = null

  constructor (ports: EventTailPorts<Details>) {
    this.#ports = ports
  }

  /** Makes the tail ready for one who begins to read, once for all who do at the same time. @param isRead whether others read already, so that it is looked after */
  async begin (isRead: () => boolean): Promise<void> {
    if (isRead() || this.#ports.nowMs() - this.#lookedAt <= FRESH_MS) return
    this.#beginning ??= this.#begin(isRead).finally(() => { this.#beginning = null })
    await this.#beginning
  }

  async #begin (isRead: () => boolean): Promise<void> {
    const heads = await this.#ports.events.heads()
    if (!isRead() && this.#looking === null) {
      // What lies farther back is no one's, as long as no one waits for it.
      const start = heads.map((head, partition) => Math.max(Number(this.position[partition] ?? 0), head - BACK_MAX))
      if (distance(start, this.position) !== 0) this.#kept = []
      this.position = start
    }
    await this.look()
  }

  /** Reads what is new and delivers it. Looks at the same time are one. */
  async look (): Promise<void> {
    this.#looking ??= this.#readOn().finally(() => { this.#looking = null })
    await this.#looking
  }

  /** Reads what is new now: a look that is under way may have read before. */
  async lookAnew (): Promise<void> {
    await this.#looking
    await this.look()
  }

  /** The events behind this position, in the order of their delivery; null where memory does not reach back so far, or the position lies ahead. */
  since (from: LogPosition): readonly LoggedEvent[] | null {
    let left = distance(from, this.position)
    if (left === null) return null
    const found: LoggedEvent[] = []
    for (let index = this.#kept.length - 1; left > 0 && index >= 0; index--) {
      const event = this.#kept[index] as LoggedEvent
      if (event.offset <= Number(from[event.partition])) continue
      found.push(event)
      left--
    }
    return left === 0 ? found.reverse() : null
  }

  /** The next events behind this position from the log, as far as they are delivered; null where some have expired. */
  async read (from: LogPosition): Promise<readonly LoggedEvent[] | null> {
    const { position } = this
    const pages = await Promise.all(position.map(async (head, partition) => {
      const after = Number(from[partition])
      if (after >= head) return []
      const [first, ...others] = await this.#ports.events.read(partition, after, READ_MAX)
      return first?.offset === after + 1 ? [first, ...others].filter(({ offset }) => offset <= head) : null
    }))
    return pages.every((page) => page !== null) ? pages.flat() : null
  }

  async #readOn (): Promise<void> {
    const { events } = this.#ports
    for (;;) {
      const heads = await events.heads()
      if (this.position.length === 0) this.position = heads
      const fresh = await Promise.all(heads.map(async (head, partition) => {
        const after = Number(this.position[partition])
        if (head <= after) return []
        const found = await events.read(partition, after, READ_MAX)
        // What the head counts and the log has no more has expired.
        if (found.length === 0) this.position = this.position.with(partition, head)
        return found
      }))
      if (fresh.flat().length === 0) break
      await this.#deliver(fresh.flat())
    }
    this.#lookedAt = this.#ports.nowMs()
  }

  async #deliver (fresh: readonly LoggedEvent[]): Promise<void> {
    const { isWanted, load, deliver } = this.#ports
    const details = new Map<string, Details>()
    // Someone may begin to read while details are loaded: what they wait for is loaded too, and then all is delivered in one step.
    for (;;) {
      const missing = fresh.filter((event) => isWanted(event) && !details.has(event.id))
      if (missing.length === 0) break
      for (const [id, found] of await load(missing)) details.set(id, found)
    }
    for (const event of fresh) {
      this.position = this.position.with(event.partition, event.offset)
      this.#kept.push(event)
      deliver({ event, position: this.position }, details.get(event.id))
    }
    if (this.#kept.length > KEPT_MAX) this.#kept.splice(0, this.#kept.length - KEPT_MAX)
  }
}
