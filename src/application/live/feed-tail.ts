import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { Bus } from '../ports/bus.js'
import type { FeedStore } from '../ports/room-stores.js'

export interface TailPorts<Entry, Snapshot> {
  readonly feeds: Pick<FeedStore<Entry, Snapshot>, 'read' | 'readBack'>
  /** Brings the pages that this process stores. */
  readonly bus: Bus
  /** Brings the numbers of the pages that any process stores. */
  readonly bells: Bus
  /** Asks for a look at the feeds that are due. */
  readonly wake: () => void
  /** Milliseconds that only grow. */
  readonly nowMs: () => number
}

/** What a tail keeps in memory. */
const PAGES_MAX = 256
const BYTES_MAX = 1024 * 1024
/** Pages that one read asks for. */
const READ_PAGES = 100
const FIRST_PAGES = 50
/** The pauses between two looks at the store: after a page, and after a long time without one. */
const LOOK_MIN_MS = 250
const LOOK_MAX_MS = 2000
/** The shortest pause between two looks, however often the bell rings. */
const RUNG_MS = 50

interface Kept<Entry> {
  readonly page: FeedPage<Entry>
  readonly bytes: number
}

/**
 * The newest pages of one feed, for those who read it live. The bus says what is new at once; what it loses, doubles or mixes up, a look at the store
 * finds or drops: pages arrive each once, in the order of their numbers.
 */
export class FeedTail<Entry, Snapshot> {
  readonly feedId: string
  /** The number of the newest page. */
  head = 0
  readonly #ports: TailPorts<Entry, Snapshot>
  #kept: Array<Kept<Entry>> = []
  #bytes = 0
  readonly #listeners = new Set<(page: FeedPage<Entry>) => void>()
  readonly #unsubscribe: ReadonlyArray<() => void>
  #pauseMs = LOOK_MIN_MS
  #lookAt = -Infinity
  #lookedAt = -Infinity
  #looking: Promise<void> | null = null

  private constructor (ports: TailPorts<Entry, Snapshot>, feedId: string) {
    this.feedId = feedId
    this.#ports = ports
    this.#unsubscribe = [
      ports.bus.subscribe(feedId, (message) => { this.#tell(JSON.parse(message) as FeedPage<Entry>) }),
      ports.bells.subscribe(feedId, (message) => { this.#rung(Number(message)) }),
    ]
  }

  static async open<Entry, Snapshot> (ports: TailPorts<Entry, Snapshot>, feedId: string): Promise<FeedTail<Entry, Snapshot>> {
    const tail = new FeedTail(ports, feedId)
    try {
      for (const page of (await ports.feeds.readBack(feedId, null, FIRST_PAGES)).toReversed()) tail.#add(page)
      tail.#looked(false)
      return tail
    } catch (error) {
      tail.close()
      throw error
    }
  }

  close (): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
  }

  /** Calls `on` with each page that becomes the newest, until the returned function is called. */
  listen (on: (page: FeedPage<Entry>) => void): () => void {
    this.#listeners.add(on)
    return () => { this.#listeners.delete(on) }
  }

  get isRead (): boolean {
    return this.#listeners.size > 0
  }

  /** The pages behind this one, oldest first; null where memory does not reach back so far. */
  since (after: number): ReadonlyArray<FeedPage<Entry>> | null {
    const first = this.head - this.#kept.length
    return after < first ? null : this.#kept.slice(after - first).map(({ page }) => page)
  }

  /** The same from the store, and not all at once. What another process has stored meanwhile comes with the next look. */
  async read (after: number): Promise<ReadonlyArray<FeedPage<Entry>>> {
    return (await this.#stored(after)).filter(({ page }) => page <= this.head)
  }

  async #stored (after: number): Promise<ReadonlyArray<FeedPage<Entry>>> {
    return await this.#ports.feeds.read(this.feedId, after, READ_PAGES)
  }

  /** The page behind which so many shown entries lie, as far as one read reaches. */
  async before (count: number, isShown: (entry: Entry) => boolean): Promise<number> {
    let page = this.head
    let left = count
    const reach = (pages: ReadonlyArray<FeedPage<Entry>>): void => {
      for (const { page: number, entries } of pages) {
        if (left <= 0) return
        left -= entries.filter(isShown).length
        page = number - 1
      }
    }
    const kept = this.#kept.map((one) => one.page)
    reach(kept.toReversed())
    if (left > 0 && page > 0) reach(await this.#ports.feeds.readBack(this.feedId, page + 1, READ_PAGES))
    return page
  }

  /** Whether the store was not looked at for so long that the next look is due. */
  get isDue (): boolean {
    return this.#ports.nowMs() >= this.#lookAt
  }

  /** How old the newest look at the store is at most, in milliseconds. */
  get ageMs (): number {
    return this.#ports.nowMs() - this.#lookedAt
  }

  /** Reads from the store what is new. Looks at the same time are one. */
  async look (): Promise<void> {
    this.#looking ??= this.#readOn().finally(() => { this.#looking = null })
    await this.#looking
  }

  async #readOn (): Promise<void> {
    const before = this.head
    for (;;) {
      const pages = await this.#stored(this.head)
      for (const page of pages) this.#add(page)
      if (pages.length < READ_PAGES) break
    }
    this.#looked(this.head > before)
  }

  #looked (hasNews: boolean): void {
    this.#pauseMs = hasNews ? LOOK_MIN_MS : Math.min(LOOK_MAX_MS, this.#pauseMs * 2)
    this.#lookedAt = this.#ports.nowMs()
    this.#lookAt = this.#lookedAt + this.#pauseMs
  }

  #tell (page: FeedPage<Entry>): void {
    if (page.page === this.head + 1) this.#add(page)
    // The next look reads what lies between.
    else if (page.page > this.head) this.#lookAt = -Infinity
  }

  /** Another process may have stored a page. A bell may lie: the store is looked at. */
  #rung (page: number): void {
    if (!(page > this.head)) return
    this.#lookAt = Math.min(this.#lookAt, this.#lookedAt + RUNG_MS)
    if (this.isDue) this.#ports.wake()
  }

  #add (page: FeedPage<Entry>): void {
    if (page.page <= this.head) return
    // Pages between have expired.
    if (page.page > this.head + 1) this.#forgetUpTo(this.head)
    this.head = page.page
    const bytes = JSON.stringify(page).length
    this.#kept.push({ page, bytes })
    this.#bytes += bytes
    while (this.#kept.length > PAGES_MAX || this.#bytes > BYTES_MAX) this.#forgetUpTo(this.head - this.#kept.length + 1)
    for (const changed of page.entries.map(changedPage)) this.#forgetUpTo(changed)
    for (const listen of this.#listeners) listen(page)
  }

  /** Forgets pages, so that who needs them reads them as they are now. */
  #forgetUpTo (page: number): void {
    const count = page - (this.head - this.#kept.length)
    for (const { bytes } of this.#kept.splice(0, Math.max(0, count))) this.#bytes -= bytes
  }
}

/** The page of a message that the entry changes, 0 for none: a deleted text is cleared there, and one that was reported may be hidden or shown. */
function changedPage (entry: unknown): number {
  const { type, position } = entry as { readonly type: string, readonly position: { readonly page: number } }
  return type === 'message.deleted' || type === 'report' ? position.page : 0
}
