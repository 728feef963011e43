import { DomainError } from '#domain/errors.js'
import type { Position } from '#domain/rooms/room.js'
import type { Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { FeedStore } from '../ports/room-stores.js'

/** An entry, where it lies. */
export interface Placed<Entry> {
  readonly entry: Entry
  readonly position: Position
}

/** What of a feed is read: the entries of some kinds. */
export interface History<Entry, Shown extends Entry, Snapshot> {
  readonly feeds: FeedStore<Entry, Snapshot>
  readonly feedId: string
  readonly isShown: (entry: Entry) => entry is Shown
}

/** Pages of a feed that one read asks for, and that one page of a history looks at. */
const READ_PAGES = 10
const EXAMINED_PAGES_MAX = 100

/** Newest first. The key of an item is its position. @throws invalid_cursor */
export async function newestEntries<Entry, Shown extends Entry, Snapshot> (
  { feeds, feedId, isShown }: History<Entry, Shown, Snapshot>, { before: key, limit }: PageRequest
): Promise<Page<Placed<Shown>>> {
  const start = key === null ? null : positionIn(key)
  const items: Array<Placed<Shown>> = []
  let before = start === null ? null : start.page + 1
  for (let examined = 0; examined < EXAMINED_PAGES_MAX; examined += READ_PAGES) {
    const pages = await feeds.readBack(feedId, before, READ_PAGES)
    for (const { page, entries } of pages) {
      const end = page === start?.page ? start.index : entries.length
      for (const [place, entry] of entries.slice(0, end).toReversed().entries()) {
        if (!isShown(entry)) continue
        const last = items.at(-1)
        if (items.length === limit && last !== undefined) return { items, nextKey: keyOf(last.position) }
        items.push({ entry, position: { page, index: end - 1 - place } })
      }
      before = page
    }
    if (pages.length < READ_PAGES) return { items, nextKey: null }
  }
  return { items, nextKey: keyOf({ page: Number(before), index: 0 }) }
}

/** Oldest first, from this moment on, or from the key on. The key of an item is its position. @throws invalid_cursor */
export async function oldestEntries<Entry, Shown extends Entry, Snapshot> (
  { feeds, feedId, isShown }: History<Entry, Shown, Snapshot>, since: Timestamp, { before: key, limit }: PageRequest
): Promise<Page<Placed<Shown>>> {
  const start = key === null ? { page: await pageSince(feeds, feedId, since), index: 0 } : positionIn(key)
  const items: Array<Placed<Shown>> = []
  let after = start.page - 1
  for (let examined = 0; examined < EXAMINED_PAGES_MAX; examined += READ_PAGES) {
    const pages = await feeds.read(feedId, after, READ_PAGES)
    for (const { page, entries } of pages) {
      for (const [index, entry] of entries.entries()) {
        if (!isShown(entry) || (page === start.page && index < start.index)) continue
        if (items.length === limit) return { items, nextKey: keyOf({ page, index }) }
        items.push({ entry, position: { page, index } })
      }
      after = page
    }
    if (pages.length < READ_PAGES) return { items, nextKey: null }
  }
  return { items, nextKey: keyOf({ page: after + 1, index: 0 }) }
}

/** All of them, oldest first, some pages at a time. */
export async function * allEntries<Entry, Shown extends Entry, Snapshot> ({ feeds, feedId, isShown }: History<Entry, Shown, Snapshot>): AsyncGenerator<ReadonlyArray<Placed<Shown>>, void> {
  let after = 0
  for (;;) {
    const pages = await feeds.read(feedId, after, READ_PAGES)
    const found: Array<Placed<Shown>> = []
    for (const { page, entries } of pages) {
      for (const [index, entry] of entries.entries()) if (isShown(entry)) found.push({ entry, position: { page, index } })
      after = page
    }
    yield found
    if (pages.length < READ_PAGES) return
  }
}

/** The number of the first page that was written at this moment or later: as many reads as the number of pages has bits. */
async function pageSince<Entry, Snapshot> (feeds: FeedStore<Entry, Snapshot>, feedId: string, moment: Timestamp): Promise<number> {
  const [last] = await feeds.readBack(feedId, null, 1)
  let low = 1
  let high = last === undefined ? 1 : last.page + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const page = await feeds.find(feedId, middle)
    // What expired lies before all that is there.
    if (page === null || page.writtenAt < moment) low = middle + 1
    else high = middle
  }
  return low
}

function keyOf ({ page, index }: Position): string {
  return `${page}#${index}`
}

/** @throws invalid_cursor */
function positionIn (key: string): Position {
  const [, page, index] = /^(\d{1,12})#(\d{1,3})$/.exec(key) ?? []
  if (page === undefined) throw new DomainError('invalid_cursor', 'send nextCursor of the page before')
  return { page: Number(page), index: Number(index) }
}
