import type { Amendment, FeedPage, RoomEntry } from '#domain/rooms/room-entry.js'
import type { RoomSnapshot } from '#domain/rooms/room-state.js'
import { authorOf, partKey, partOf, type FeedPart } from '#domain/rooms/writing.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Appended, FeedStore, Together } from '#application/ports/room-stores.js'
import { makeTree, RowIndex, type Tree } from '../engine/indexes.js'
import { getOrInsert, isolated, Table } from '../engine/table.js'
import type { MemoryChannelStore } from '../channels/channel-store.js'
import type { MemoryOutboxStore } from '../outbox/outbox-store.js'
import type { MemoryRoomStore } from './room-store.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryFeedStore<Entry = RoomEntry, Snapshot = RoomSnapshot> implements FeedStore<Entry, Snapshot> {
  readonly #feeds = new Map<string, Tree<FeedPage<Entry>>>()
  readonly #parts = new Table<FeedPart>()
  readonly #byAuthor = new RowIndex<FeedPart>()
  readonly #snapshots = new Map<string, Snapshot>()
  readonly #rooms: MemoryRoomStore
  readonly #channels: MemoryChannelStore
  readonly #outbox: MemoryOutboxStore

  constructor (rooms: MemoryRoomStore, channels: MemoryChannelStore, outbox: MemoryOutboxStore) {
    this.#rooms = rooms
    this.#channels = channels
    this.#outbox = outbox
  }

  async append (page: FeedPage<Entry>, { room, events = [], claim, meter, amendment, channel, members = [], snapshot }: Together<Snapshot> = {}): Promise<Appended<Entry>> {
    const { feedId } = page
    const pages = getOrInsert(this.#feeds, feedId, () => makeTree<FeedPage<Entry>>())
    const taken = pages.get(keyOf(page.page))
    if (taken !== undefined) return taken.writer === page.writer ? { kind: 'appended' } : { kind: 'taken', page: taken }
    if (room !== undefined && !this.#rooms.follows(room)) return { kind: 'room_changed' }
    if (claim !== undefined && !this.#rooms.allows(claim)) return { kind: 'claim_taken' }
    if (channel !== undefined && this.#channels.isDeleted(channel)) return { kind: 'channel_deleted' }
    const changed = amendment === undefined ? null : amended(pages, amendment)
    if (changed === undefined) return { kind: 'message_gone' }
    pages.set(keyOf(page.page), isolated(page))
    this.#note(page)
    if (room !== undefined) this.#rooms.put(room)
    this.#outbox.add(events)
    if (claim !== undefined) this.#rooms.move(claim)
    if (meter !== undefined) this.#rooms.putMeter(meter)
    if (changed !== null) pages.set(keyOf(changed.page), changed)
    if (channel !== undefined) this.#channels.put(channel)
    for (const change of members) this.#channels.change(change)
    if (snapshot !== undefined) this.#snapshots.set(feedId, isolated(snapshot))
    return { kind: 'appended' }
  }

  async read (feedId: string, after: number, limit: number): Promise<ReadonlyArray<FeedPage<Entry>>> {
    return firstOf(this.#pagesOf(feedId).entries(keyOf(after + 1)), limit)
  }

  async readBack (feedId: string, before: number | null, limit: number): Promise<ReadonlyArray<FeedPage<Entry>>> {
    return firstOf(this.#pagesOf(feedId).entriesReversed(before === null ? undefined : keyOf(before), undefined, true), limit)
  }

  async find (feedId: string, page: number): Promise<FeedPage<Entry> | null> {
    return this.#pagesOf(feedId).get(keyOf(page)) ?? null
  }

  async listOfAuthor (userId: string, page: PageRequest): Promise<Page<FeedPart>> {
    return this.#byAuthor.page(userId, page)
  }

  async removeOld (feedId: string, limit: number): Promise<boolean> {
    const pages = this.#pagesOf(feedId)
    for (const key of pages.keysArray().slice(0, -1).slice(0, limit)) pages.delete(key)
    this.#snapshots.delete(feedId)
    return pages.size <= 1
  }

  async findSnapshot (feedId: string): Promise<Snapshot | null> {
    return this.#snapshots.get(feedId) ?? null
  }

  #note (page: FeedPage<Entry>): void {
    const part = partOf(page)
    const row = this.#parts.put(partKey(part), part)
    for (const author of page.entries.map(authorOf)) if (author !== null) this.#byAuthor.add(author, partKey(part), row)
  }

  #pagesOf (feedId: string): Tree<FeedPage<Entry>> {
    return this.#feeds.get(feedId) ?? makeTree()
  }
}

function firstOf<T> (entries: IterableIterator<[key: string, value: T]>, limit: number): T[] {
  return Iterator.from(entries).take(limit).map(([, value]) => value).toArray()
}

/** Numbers of pages compare as texts. */
function keyOf (page: number): string {
  return String(page).padStart(12, '0')
}

/** The page with the change; undefined for a message that is not there. */
function amended<Entry> (pages: Tree<FeedPage<Entry>>, { position: { page, index }, messageId, fields }: Amendment): FeedPage<Entry> | undefined {
  const before = pages.get(keyOf(page))
  const entry = before?.entries[index] as Entry & { readonly messageId?: string } | undefined
  if (before === undefined || entry?.messageId !== messageId) return undefined
  return isolated({ ...before, entries: before.entries.with(index, { ...entry, ...fields }) })
}
