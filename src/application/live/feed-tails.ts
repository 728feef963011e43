import { allSettledOrThrow } from '../turns.js'
import { FeedTail, type TailPorts } from './feed-tail.js'

/** How long a feed stays open that no one reads. */
const CLOSE_AFTER_MS = 60_000
/** How old the newest look at a feed may be that no one reads, for one who begins to. */
const FRESH_MS = 2000

interface Opened<Entry, Snapshot> {
  readonly tail: Promise<FeedTail<Entry, Snapshot>>
  /** Null while it is being opened. */
  open: FeedTail<Entry, Snapshot> | null
  unreadSinceMs: number
}

/** The feeds that this process reads live, each once. */
export class FeedTails<Entry, Snapshot> {
  readonly #ports: TailPorts<Entry, Snapshot>
  readonly #tails = new Map<string, Opened<Entry, Snapshot>>()

  constructor (ports: TailPorts<Entry, Snapshot>) {
    this.#ports = ports
  }

  get size (): number {
    return this.#tails.size
  }

  /** The tail of a feed. It is at most as old as the pause between two looks. */
  async open (feedId: string): Promise<FeedTail<Entry, Snapshot>> {
    const known = this.#tails.get(feedId) ?? this.#begin(feedId)
    // It stays open for one who waits for it, however long that takes.
    known.unreadSinceMs = Infinity
    try {
      const tail = await known.tail
      if (!tail.isRead && tail.ageMs > FRESH_MS) await tail.look()
      return tail
    } finally {
      known.unreadSinceMs = this.#ports.nowMs()
    }
  }

  #begin (feedId: string): Opened<Entry, Snapshot> {
    const opened: Opened<Entry, Snapshot> = { tail: FeedTail.open(this.#ports, feedId), open: null, unreadSinceMs: 0 }
    this.#tails.set(feedId, opened)
    opened.tail.then((tail) => { opened.open = tail }, () => { this.#tails.delete(feedId) })
    return opened
  }

  /** Looks at the feeds whose next look is due, and closes those that no one reads. */
  async look (): Promise<void> {
    const now = this.#ports.nowMs()
    const due: Array<Promise<void>> = []
    for (const [feedId, opened] of this.#tails) {
      const { open } = opened
      if (open === null) continue
      if (open.isRead) {
        opened.unreadSinceMs = now
        if (open.isDue) due.push(open.look())
      } else if (now - opened.unreadSinceMs >= CLOSE_AFTER_MS) {
        open.close()
        this.#tails.delete(feedId)
      }
    }
    await allSettledOrThrow(due)
  }
}
