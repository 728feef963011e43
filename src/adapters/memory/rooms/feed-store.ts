import type { Amendment } from '#domain/rooms/admit.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { RoomSnapshot } from '#domain/rooms/room-state.js'
import type { Appended, FeedStore, Together } from '#application/ports/room-stores.js'
import { getOrInsert, isolated } from '../engine/table.js'
import type { MemoryRoomStore } from './room-store.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryFeedStore implements FeedStore {
  readonly #feeds = new Map<string, FeedPage[]>()
  readonly #snapshots = new Map<string, RoomSnapshot>()
  readonly #rooms: MemoryRoomStore

  constructor (rooms: MemoryRoomStore) {
    this.#rooms = rooms
  }

  async append (page: FeedPage, { room, claim, meter, amendment, snapshot }: Together = {}): Promise<Appended> {
    const { feedId } = page
    const pages = getOrInsert(this.#feeds, feedId, () => [])
    const taken = pages[page.page - 1]
    if (taken !== undefined) return taken.writer === page.writer ? { kind: 'appended' } : { kind: 'taken', page: taken }
    if (room !== undefined && !this.#rooms.follows(room)) return { kind: 'room_changed' }
    if (claim !== undefined && !this.#rooms.allows(claim)) return { kind: 'claim_taken' }
    const changed = amendment === undefined ? null : amended(pages, amendment)
    pages[page.page - 1] = isolated(page)
    if (room !== undefined) this.#rooms.put(room)
    if (claim !== undefined) this.#rooms.move(claim)
    if (meter !== undefined) this.#rooms.putMeter(meter)
    if (changed !== null) pages[changed.page - 1] = changed
    if (snapshot !== undefined) this.#snapshots.set(feedId, isolated(snapshot))
    return { kind: 'appended' }
  }

  async read (feedId: string, after: number, limit: number): Promise<readonly FeedPage[]> {
    return this.#pagesOf(feedId).slice(after, after + limit)
  }

  async readBack (feedId: string, before: number | null, limit: number): Promise<readonly FeedPage[]> {
    const pages = this.#pagesOf(feedId)
    const end = before === null ? pages.length : before - 1
    return pages.slice(Math.max(0, end - limit), end).toReversed()
  }

  async find (feedId: string, page: number): Promise<FeedPage | null> {
    return this.#pagesOf(feedId)[page - 1] ?? null
  }

  async findSnapshot (feedId: string): Promise<RoomSnapshot | null> {
    return this.#snapshots.get(feedId) ?? null
  }

  #pagesOf (feedId: string): readonly FeedPage[] {
    return this.#feeds.get(feedId) ?? []
  }
}

/** The page with the change. @throws Error for a message that is not there */
function amended (pages: readonly FeedPage[], { position: { page, index }, messageId, fields }: Amendment): FeedPage {
  const before = pages[page - 1]
  const entry = before?.entries[index]
  if (before === undefined || entry?.type !== 'message' || entry.messageId !== messageId) throw new Error('a message to change is not in its page')
  return isolated({ ...before, entries: before.entries.with(index, { ...entry, ...fields }) })
}
