import { DomainError } from '#domain/errors.js'
import type { Position } from '#domain/rooms/room.js'
import { PAGE_ENTRIES_MAX, PAGE_MAX_BYTES, type FeedPage } from '#domain/rooms/room-entry.js'
import type { Timestamp } from '#domain/time.js'
import type { FeedStore, Together } from '../ports/room-stores.js'
import type { Clock, Identity, Pause } from '../ports/system.js'
import type { FeedState, Fold, SnapshotPages } from './fold.js'
import { MEMBERS_MAX, writtenTogether } from './together.js'

export type Decided<Entry, Snapshot> =
  | { readonly kind: 'write', readonly entry: Entry, readonly together?: Together<Snapshot> }
  /** The entry is there already. */
  | { readonly kind: 'repeat', readonly position: Position }
  | { readonly kind: 'nothing' }

/** Decides by the state at this moment. It is pure, because it may run again on a later state. @throws DomainError to refuse */
export type Decide<State, Entry, Snapshot> = (state: State, at: Timestamp) => Decided<Entry, Snapshot>

export type Result<Entry> =
  | { readonly kind: 'written', readonly entry: Entry, readonly position: Position }
  | { readonly kind: 'repeat', readonly position: Position }
  | { readonly kind: 'nothing' }
  /** The row of the room is another one than the decision follows. */
  | { readonly kind: 'room_changed' }

export interface FeedPorts<Entry, Snapshot> {
  readonly feeds: FeedStore<Entry, Snapshot>
  readonly identity: Identity
  readonly clock: Clock
  readonly pause: Pause
}

interface Waiting<State, Entry, Snapshot> {
  readonly decide: Decide<State, Entry, Snapshot>
  /** Whether the entry gets a page of its own, because more is written with it. */
  readonly isAlone: boolean
  readonly resolve: (result: Result<Entry>) => void
  readonly reject: (error: unknown) => void
}

interface Attempt<Waiter, Entry, Snapshot> {
  readonly page: FeedPage<Entry>
  readonly together: Together<Snapshot>
  readonly results: ReadonlyMap<Waiter, Result<Entry>>
  readonly refused: ReadonlyMap<Waiter, unknown>
  /** What the page has no room for. */
  readonly left: readonly Waiter[]
}

/** Pages between two snapshots, and so what the opening of a room reads at most, beside the messages of the last minutes. */
const SNAPSHOT_EVERY = 100
const READ_PAGES = 200
/** How often a page is tried while others take its number. */
const TRIES_MAX = 40
const GATHER_MAX_MS = 250

/**
 * One feed on this node. It gathers what waits into one page, while the page before is being written.
 *
 *   waiting ── decided on the state of page n ──▶ tried as page n+1 ──┬── stored: answered
 *      ▲                                                              └── another page is there: applied, and decided again
 *      └────────────────────────────────────────────────────────────────────┘
 *
 * A refusal, and that there is nothing to do, count only once the page is stored, or against a state that was read since: another node may have
 * changed that meanwhile, and an entry of the same page that a refusal rests on may not be stored after all.
 */
export class Feed<State extends FeedState<Entry, Snapshot>, Entry, Snapshot> {
  readonly state: State
  readonly #fold: Fold<State, Snapshot>
  readonly #ports: FeedPorts<Entry, Snapshot>
  readonly #feedId: string
  readonly #waiting: Array<Waiting<State, Entry, Snapshot>> = []
  readonly #never = new AbortController().signal
  #isWriting = false
  #gatherMs = 0

  private constructor (fold: Fold<State, Snapshot>, ports: FeedPorts<Entry, Snapshot>, feedId: string, state: State) {
    this.#fold = fold
    this.#ports = ports
    this.#feedId = feedId
    this.state = state
  }

  /** Reads the snapshot, the pages behind it, and those whose messages may be repeated. @throws not_found */
  static async open<State extends FeedState<Entry, Snapshot>, Entry, Snapshot extends SnapshotPages> (
    Fold: Fold<State, Snapshot>, ports: FeedPorts<Entry, Snapshot>, feedId: string
  ): Promise<Feed<State, Entry, Snapshot>> {
    const snapshot = await ports.feeds.findSnapshot(feedId)
    const feed = new Feed(Fold, ports, feedId, snapshot === null ? new Fold() : Fold.from(snapshot))
    if (snapshot !== null) {
      for (let after = snapshot.windowFrom; after < snapshot.page; after += READ_PAGES) {
        for (const page of await ports.feeds.read(feedId, after, Math.min(READ_PAGES, snapshot.page - after))) feed.state.remember(page)
      }
    }
    await feed.catchUp()
    if (feed.state.page === 0) throw new DomainError('not_found', 'there is nothing of this id')
    return feed
  }

  /** Applies what others have appended. */
  async catchUp (): Promise<void> {
    for (;;) {
      const pages = await this.#ports.feeds.read(this.#feedId, this.state.page, READ_PAGES)
      // Pages between may have expired.
      const [next] = pages
      if (next !== undefined && next.page > this.state.page) this.state.page = next.page - 1
      for (const page of pages) this.#apply(page)
      // Where pages in the middle are gone, the next read begins behind them.
      if (pages.length < READ_PAGES && pages.every(({ page }) => page <= this.state.page)) return
    }
  }

  /** Resolves once the entry is stored. @throws what `decide` throws; store_unavailable, store_busy, already_live, not_found */
  async submit (decide: Decide<State, Entry, Snapshot>, isAlone = false): Promise<Result<Entry>> {
    return await new Promise<Result<Entry>>((resolve, reject) => {
      this.#waiting.push({ decide, isAlone, resolve, reject })
      if (!this.#isWriting) this.#writeAll().catch(reject)
    })
  }

  async #writeAll (): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      if (this.#gatherMs >= 1) await this.#ports.pause(this.#gatherMs, this.#never)
      const alone = this.#waiting.findIndex(({ isAlone }) => isAlone)
      const count = alone === -1 ? PAGE_ENTRIES_MAX : Math.max(1, Math.min(alone, PAGE_ENTRIES_MAX))
      const batch = this.#waiting.splice(0, count)
      await this.#write(batch)
    }
    this.#isWriting = false
  }

  /** Answers a batch, but for what goes back to those that wait, because the page has no room for it. */
  async #write (batch: ReadonlyArray<Waiting<State, Entry, Snapshot>>): Promise<void> {
    let rest = batch
    let isFresh = false
    try {
      for (let tries = 0; tries < TRIES_MAX; tries++) {
        const attempt = this.#attempt(rest)
        if (!isFresh && isDoubtful(attempt)) {
          await this.catchUp()
          isFresh = true
          continue
        }
        this.#waiting.unshift(...attempt.left)
        rest = rest.slice(0, rest.length - attempt.left.length)
        if (await this.#append(attempt)) return
        isFresh = false
      }
      throw new DomainError('store_busy', 'others wrote to the feed first for too long', { retryAfterS: 1 })
    } catch (error) {
      for (const { reject } of rest) reject(error)
    }
  }

  /** Tries all on a state that lies on the present one. */
  #attempt (batch: ReadonlyArray<Waiting<State, Entry, Snapshot>>): Attempt<Waiting<State, Entry, Snapshot>, Entry, Snapshot> {
    const trial = new this.#fold(this.state)
    const now = this.#ports.clock()
    const at = now > trial.at ? now : trial.at
    const number = this.state.page + 1
    const entries: Entry[] = []
    const results = new Map<Waiting<State, Entry, Snapshot>, Result<Entry>>()
    const refused = new Map<Waiting<State, Entry, Snapshot>, unknown>()
    let together: Together<Snapshot> = number % SNAPSHOT_EVERY === 0 ? { snapshot: this.state.snapshot() } : {}
    let bytes = 0
    for (const [place, waiting] of batch.entries()) {
      const decided = decidedOr(() => waiting.decide(trial, at))
      if (decided.kind === 'refused') refused.set(waiting, decided.error)
      else if (decided.kind !== 'write') results.set(waiting, decided)
      else {
        const { entry } = decided
        const joined = writtenTogether(together, decided.together)
        bytes += bytesOf(entry)
        if (entries.length > 0 && (bytes > PAGE_MAX_BYTES || (joined.members ?? []).length > MEMBERS_MAX)) return { page: this.#pageOf(number, entries, at), together, results, refused, left: batch.slice(place) }
        const position = { page: number, index: entries.length }
        entries.push(entry)
        trial.add(entry, position)
        together = joined
        results.set(waiting, { kind: 'written', entry, position })
      }
    }
    return { page: this.#pageOf(number, entries, at), together, results, refused, left: [] }
  }

  #pageOf (page: number, entries: readonly Entry[], writtenAt: Timestamp): FeedPage<Entry> {
    return { feedId: this.#feedId, page, entries, writer: this.#ports.identity.random('wrt'), writtenAt }
  }

  /** Whether all are answered. @throws already_live, not_found */
  async #append ({ page, together, results, refused }: Attempt<Waiting<State, Entry, Snapshot>, Entry, Snapshot>): Promise<boolean> {
    const appended = page.entries.length === 0 ? { kind: 'appended' } as const : await this.#ports.feeds.append(page, together)
    switch (appended.kind) {
      case 'taken':
        this.#gatherMs = Math.min(GATHER_MAX_MS, this.#gatherMs * 1.3 + 5)
        this.#apply(appended.page)
        return false
      case 'channel_deleted':
        // The page that says so is the last one.
        await this.catchUp()
        return false
      case 'claim_taken': throw new DomainError('already_live', 'another room of the streamer is live')
      // Its page has gone since it was looked up. What changes a message has a page of its own.
      case 'message_gone': throw new DomainError('not_found', 'there is no such message')
      case 'room_changed':
        for (const { resolve } of results.keys()) resolve(appended)
        return true
      case 'appended':
        this.#gatherMs *= 0.95
        if (page.entries.length > 0) this.#apply(page)
        for (const [{ resolve }, result] of results) resolve(result)
        for (const [{ reject }, error] of refused) reject(error)
        return true
    }
  }

  /** A page may arrive by two ways at once. */
  #apply (page: FeedPage<Entry>): void {
    if (page.page === this.state.page + 1) this.state.apply(page)
  }
}

/** Whether it refuses something, or finds nothing to do, and writes no page that would show that its state was the last one. */
function isDoubtful<Entry> ({ page, results, refused }: Pick<Attempt<unknown, Entry, unknown>, 'page' | 'results' | 'refused'>): boolean {
  return page.entries.length === 0 && (refused.size > 0 || results.values().some(({ kind }) => kind === 'nothing'))
}

function decidedOr<Entry, Snapshot> (decide: () => Decided<Entry, Snapshot>): Decided<Entry, Snapshot> | { readonly kind: 'refused', readonly error: unknown } {
  try {
    return decide()
  } catch (error) {
    return { kind: 'refused', error }
  }
}

const ENCODER = new TextEncoder()

function bytesOf (entry: unknown): number {
  return ENCODER.encode(JSON.stringify(entry)).length
}
