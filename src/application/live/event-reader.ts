import { DomainError } from '#domain/errors.js'
import type { EventLog, LoggedEvent } from '../ports/event-log.js'
import { distance, type LogPosition } from './position.js'

/** Events of one partition that one request reads. */
const READ_MAX = 100

export interface EventsQuery {
  /** The position behind which events are read. `start`: the oldest that is kept. `now`: the end. */
  readonly after: LogPosition | 'start' | 'now'
  /** Whether an event is asked for. */
  readonly isWanted: (event: LoggedEvent) => boolean
  readonly limit: number
}

export interface EventsPage {
  /** By their times, as far as they were published in that order. */
  readonly items: readonly LoggedEvent[]
  /** Behind all that was looked at. */
  readonly position: LogPosition
  /** Whether events behind the position of the query have expired. */
  readonly isReset: boolean
  /** Whether the log has more behind the position. */
  readonly hasMore: boolean
}

/** Reads the event log for those who may read all of it, and waits for what is new. */
export class EventReader {
  readonly #events: EventLog
  readonly #waiting = new Set<(heads: LogPosition) => void>()

  constructor (events: EventLog) {
    this.#events = events
  }

  /** A page: 9 queries, however many events there are. @throws invalid_cursor for a position ahead of the log */
  async read ({ after, isWanted, limit }: EventsQuery): Promise<EventsPage> {
    const heads = await this.#events.heads()
    const from = after === 'now' ? heads : after === 'start' ? heads.map(() => 0) : after
    if (distance(from, heads) === null) throw new DomainError('invalid_cursor', 'this is no position of the event log')
    const pages = await Promise.all(heads.map(async (head, partition) => head === from[partition] ? [] : await this.#events.read(partition, Number(from[partition]), READ_MAX)))
    let position = from
    let isReset = false
    for (const [partition, head] of heads.entries()) {
      const kept = pages[partition]?.[0] === undefined ? head : pages[partition][0].offset - 1
      if (kept === position[partition]) continue
      position = position.with(partition, kept)
      isReset = after !== 'start'
    }
    const items: LoggedEvent[] = []
    for (const event of inOrder(pages, heads)) {
      if (items.length === limit) break
      position = position.with(event.partition, event.offset)
      if (isWanted(event)) items.push(event)
    }
    return { items, position, isReset, hasMore: distance(position, heads) !== 0 }
  }

  /** The same, once there is something, or the signal ends the wait. */
  async readWhenThere (query: EventsQuery, signal: AbortSignal): Promise<EventsPage> {
    let page = await this.read(query)
    while (page.items.length === 0 && !page.isReset && !signal.aborted) {
      if (!page.hasMore) await this.#news(page.position, signal)
      page = await this.read({ ...query, after: page.position })
    }
    return page
  }

  /** Looks for all who wait, in one request; in none while no one does. */
  async look (): Promise<void> {
    if (this.#waiting.size === 0) return
    const heads = await this.#events.heads()
    for (const tell of [...this.#waiting]) tell(heads)
  }

  async #news (position: LogPosition, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<null>()
    const end = (): void => { resolve(null) }
    const tell = (heads: LogPosition): void => { if (distance(position, heads) !== 0) end() }
    this.#waiting.add(tell)
    signal.addEventListener('abort', end)
    await promise
    signal.removeEventListener('abort', end)
    this.#waiting.delete(tell)
  }
}

/** The events of all partitions by their times, each partition in its own order, as far as every one of them is read. */
function * inOrder (pages: ReadonlyArray<readonly LoggedEvent[]>, heads: LogPosition): Generator<LoggedEvent, void> {
  const places = pages.map(() => 0)
  for (;;) {
    let next: LoggedEvent | null = null
    for (const [partition, place] of places.entries()) {
      const event = pages[partition]?.[place]
      if (event !== undefined && (next === null || event.occurredAt < next.occurredAt)) next = event
    }
    if (next === null) return
    yield next
    const { partition, offset } = next
    const place = Number(places[partition]) + 1
    places[partition] = place
    if (pages[partition]?.[place] === undefined && offset < Number(heads[partition])) return
  }
}
