import { authorOf, partKey, partOf } from '#domain/rooms/writing.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { Database } from '../engine/client.js'
import { secondsOf, type Row } from '../engine/row.js'
import { putRows } from '../engine/write.js'

export type FeedKind = 'room' | 'channel'

/** What a process remembers, at some 150 bytes each. Beyond it the oldest is noted once more. */
const NOTED_MAX = 100_000
/** A note is written once a day, and outlives the pages of that day. */
const OUTLIVES_MS = 2 * DAY_MS

/**
 * Notes of who wrote in which parts of feeds, one for each person and part, beside the pages. A note is there before the first page that it is about, so that
 * a crash leaves a note too many at most.
 */
export class FeedAuthors {
  readonly #database: Database
  readonly #kind: FeedKind
  readonly #notedMax: number
  readonly #noted = new Set<string>()

  constructor (database: Database, kind: FeedKind, notedMax = NOTED_MAX) {
    this.#database = database
    this.#kind = kind
    this.#notedMax = notedMax
  }

  /** The partition of a person. */
  keyOf (userId: string): string {
    return `${this.#kind}-author#${userId}`
  }

  /** Notes the people of a page whom this process has not noted today. */
  async note (page: FeedPage<unknown>): Promise<void> {
    const { expiresAt } = page
    const key = partKey(partOf(page))
    const day = expiresAt?.slice(0, 10)
    const authors = new Set(page.entries.map(authorOf).filter((author) => author !== null))
    const fresh = [...authors].filter((author) => !this.#noted.has(`${author} ${key} ${day}`))
    if (fresh.length === 0) return
    const deletion: Row = expiresAt === undefined ? {} : { deleteAt: secondsOf(laterBy(expiresAt, OUTLIVES_MS)) }
    await putRows(this.#database, 'feeds', fresh.map((author) => ({ feedId: this.keyOf(author), page: key, ...deletion })))
    for (const author of fresh) this.#noted.add(`${author} ${key} ${day}`)
    for (const oldest of this.#noted) {
      if (this.#noted.size <= this.#notedMax) break
      this.#noted.delete(oldest)
    }
  }
}
