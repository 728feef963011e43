import type { DeletionEntry } from '#domain/rooms/room-entry.js'
import type { Position } from '#domain/rooms/room.js'
import { deletionOf, isWritingOf, PART_PAGES, type FeedPart, type Writing } from '#domain/rooms/writing.js'
import type { FeedStore } from '../ports/room-stores.js'
import type { Decide } from './feed.js'
import type { Placed } from './history.js'

/** A text that a person wrote, and where. */
export interface PlacedWriting<Entry> extends Placed<Writing<Entry>> {
  /** The id of the room or channel. */
  readonly id: string
}

/** Pages of a feed that one read asks for. */
const READ_PAGES = 100
/** Parts that one read asks for. */
const READ_PARTS = 100

/** What a person wrote in the feeds of a kind, some pages at a time. It reads the parts of feeds in which they wrote, and no others. */
export async function * writingsOf<Entry, Snapshot> (feeds: FeedStore<Entry, Snapshot>, userId: string): AsyncGenerator<ReadonlyArray<PlacedWriting<Entry>>, void> {
  let before: string | null = null
  do {
    const { items, nextKey } = await feeds.listOfAuthor(userId, { before, limit: READ_PARTS })
    for (const part of items) yield * writingsIn(feeds, part, userId)
    before = nextKey
  } while (before !== null)
}

/** The same in one part of a feed. */
export async function * writingsIn<Entry, Snapshot> (feeds: FeedStore<Entry, Snapshot>, { feedId, part }: FeedPart, userId: string): AsyncGenerator<ReadonlyArray<PlacedWriting<Entry>>, void> {
  const end = (part + 1) * PART_PAGES
  let after = Math.max(0, part * PART_PAGES - 1)
  for (;;) {
    const pages = await feeds.read(feedId, after, READ_PAGES)
    const found: Array<PlacedWriting<Entry>> = []
    for (const { page, entries } of pages) {
      after = page
      if (page >= end) break
      for (const [index, entry] of entries.entries()) if (isWritingOf(entry, userId)) found.push(placed(feedId, entry, { page, index }))
    }
    yield found
    if (pages.length < READ_PAGES || after >= end - 1) return
  }
}

export interface Clearing<State> {
  readonly open: (id: string) => Promise<{ readonly submit: (decide: Decide<State, DeletionEntry, never>, isAlone: boolean) => Promise<unknown> }>
  /** Whether all pages of the feed go in the end. */
  readonly isOver: (state: State) => boolean
}

/** Clears a text, as its author would delete it. @throws not_found where the feed is gone */
export async function clearWriting<State, Entry> ({ open, isOver }: Clearing<State>, { id, entry: { messageId }, position }: PlacedWriting<Entry>, userId: string): Promise<void> {
  const feed = await open(id)
  await feed.submit((state, at) => {
    if (isOver(state)) return { kind: 'nothing' }
    const { entry, amendment } = deletionOf({ messageId, position }, userId, at)
    return { kind: 'write', entry, together: { amendment } }
  }, true)
}

function placed<Entry> (feedId: string, entry: Writing<Entry>, position: Position): PlacedWriting<Entry> {
  return { id: feedId.slice(feedId.indexOf('#') + 1), entry, position }
}
