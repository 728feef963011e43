import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { FeedTail } from '#application/live/feed-tail.js'
import type { FeedTails } from '#application/live/feed-tails.js'
import { DomainError } from '#domain/errors.js'
import type { LiveConnection } from './connection.js'
import { eventFrame, type Frame } from './frame.js'
import type { Seat } from './streams.js'
import { Topic } from './topic.js'

/** How the pages of a kind of feed are shown. */
export interface LiveView<Entry> {
  /** The data of a page. Its entries are those that everyone sees who may read the feed. */
  readonly page: (page: FeedPage<Entry>) => object
  /** Whether a reader who asks for the last entries means this one. */
  readonly isShown: (entry: Entry) => boolean
  /** Whom the entry takes the feed from; `all` for everyone. */
  readonly removes: (entry: Entry) => string | null
}

/** All readers of the feed lose it. The id of a person has no such character. */
export const ALL = '*'

/** Where a stream begins: behind a position, or with so many entries; from now on without either. */
export interface Start {
  readonly after: number | null
  readonly rewind: number | null
}

/** One feed with its readers. Each page is framed once. */
export class LiveFeed<Entry, Snapshot> {
  readonly tail: FeedTail<Entry, Snapshot>
  /** Streams that use the feed, from before they begin. */
  users = 0
  readonly #view: LiveView<Entry>
  readonly #topic = new Topic()
  readonly #seats = new Set<Seat>()
  readonly #frames = new WeakMap<FeedPage<Entry>, Frame>()
  readonly close: () => void

  constructor (tail: FeedTail<Entry, Snapshot>, view: LiveView<Entry>) {
    this.tail = tail
    this.#view = view
    let newest = tail.head
    this.close = tail.listen((page) => {
      // What lies between has expired, and may have removed a reader: each comes anew.
      if (page.page > newest + 1) for (const seat of this.#seats) seat.end('removed')
      newest = page.page
      this.#topic.deliver(page.page, this.#frame(page))
      for (const seat of this.#seats) if (this.#removes(page, seat)) seat.end('removed')
    })
  }

  #removes ({ entries }: FeedPage<Entry>, { reader }: Seat): boolean {
    return entries.some((entry) => {
      const removed = this.#view.removes(entry)
      return removed === ALL || (removed !== null && removed === reader.userId)
    })
  }

  #frame (page: FeedPage<Entry>): Frame {
    const known = this.#frames.get(page)
    if (known !== undefined) return known
    const frame = eventFrame('entries', this.#view.page(page), String(page.page))
    this.#frames.set(page, frame)
    return frame
  }

  /** The position behind which the stream begins. @throws invalid_cursor beyond the newest page */
  async begin ({ after, rewind }: Start): Promise<number> {
    const { tail } = this
    if (after === null) return rewind === null ? tail.head : await tail.before(rewind, this.#view.isShown)
    if (after > tail.head) await tail.lookAnew()
    if (after > tail.head) throw new DomainError('invalid_cursor', 'the position lies beyond the newest page')
    return after
  }

  /**
   * Sends what is behind the position, and joins the reader to what comes, in one step: nothing can come between the last page that is sent and the
   * first that is delivered. `checked` is the page up to which the right to read was checked.
   */
  async follow (seat: Seat, connection: LiveConnection, after: number, checked: number): Promise<'memory' | 'store'> {
    const { tail } = this
    let position = after
    let from: 'memory' | 'store' = 'memory'
    while (!connection.isClosed) {
      const kept = tail.since(position)
      if (kept === null) from = 'store'
      const pages = kept ?? await tail.read(position)
      const [first] = pages
      if (kept === null && first?.page !== position + 1) {
        // What lies between has expired.
        position = first === undefined ? tail.head : first.page - 1
        if (position > checked) {
          seat.end('removed')
          return from
        }
        connection.write(eventFrame('reset', { position: String(position) }, String(position)))
      }
      for (const page of pages) {
        if (connection.isFull) break
        connection.write(this.#frame(page))
        position = page.page
        if (position > checked && this.#removes(page, seat)) seat.end('removed')
      }
      if (kept !== null && position === tail.head) {
        this.#topic.join(connection, position)
        this.#seats.add(seat)
        return from
      }
      if (connection.isFull) await connection.drained()
    }
    return from
  }

  tell (frame: Frame): void {
    this.#topic.tell(frame)
  }

  leave (seat: Seat): void {
    this.#seats.delete(seat)
    if (seat.connection !== null) this.#topic.leave(seat.connection)
  }
}

/** The feeds of one kind that have readers in this process. */
export class LiveFeeds<Entry, Snapshot> {
  readonly #tails: FeedTails<Entry, Snapshot>
  readonly #view: LiveView<Entry>
  readonly #open = new Map<string, LiveFeed<Entry, Snapshot>>()

  constructor (tails: FeedTails<Entry, Snapshot>, view: LiveView<Entry>) {
    this.#tails = tails
    this.#view = view
  }

  /** The feed, for one more stream; to be left by `leave`, once. */
  async enter (feedId: string): Promise<LiveFeed<Entry, Snapshot>> {
    const tail = await this.#tails.open(feedId)
    const known = this.#open.get(feedId)
    const feed = known ?? new LiveFeed(tail, this.#view)
    if (known === undefined) this.#open.set(feedId, feed)
    feed.users++
    return feed
  }

  /** Writes what is worth nothing later to the readers of a feed. */
  tell (feedId: string, frame: Frame): void {
    this.#open.get(feedId)?.tell(frame)
  }

  leave (feed: LiveFeed<Entry, Snapshot>, seat: Seat): void {
    feed.leave(seat)
    feed.users--
    if (feed.users > 0) return
    feed.close()
    this.#open.delete(feed.tail.feedId)
  }
}
