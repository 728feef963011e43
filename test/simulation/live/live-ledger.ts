import type { LogPosition } from '#application/live/position.js'
import type { OutboxEvent } from '#application/ports/outbox-store.js'
import { Random } from '../random.js'
import type { LiveNode } from './live-node.js'
import type { FeedReader } from './feed-reader.js'
import type { OwnReader } from './own-reader.js'

/** What the bus between the nodes does to a message, each with its probability. */
interface BusRates {
  readonly lost: number
  readonly double: number
  readonly late: number
}

/** What is known of those who read live. A life without them has no readers, and publishes nothing. */
export class LiveLedger {
  /** Drawn from by readers and the bus alone. */
  readonly random: Random
  isOpen = false
  /** Whether the nodes have a bus between them. Without one, all is found by looks. */
  readonly hasBus: boolean
  readonly bus: BusRates
  readonly ownReaders: OwnReader[] = []
  readonly feedReaders: FeedReader[] = []
  /** The nodes that were begun, with their readers; those of the dead among them. */
  readonly nodes: LiveNode[] = []
  /** Events that were stored beside what they report, by their ids. */
  readonly events = new Map<string, OutboxEvent>()
  /** Up to here the log and the feeds have expired for those who read live. */
  expiredOffsets: LogPosition = []
  readonly expiredPages = new Map<string, number>()

  constructor (seed: number) {
    this.random = new Random(seed + 0x11fe)
    this.hasBus = this.random.chance(0.75)
    this.bus = { lost: this.random.pick([0, 0.3, 0.9]), double: this.random.pick([0, 0.3]), late: this.random.pick([0, 0.4]) }
  }

  expiredPage (feedId: string): number {
    return this.expiredPages.get(feedId) ?? 0
  }
}
