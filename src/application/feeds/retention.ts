import { laterBy, type Timestamp } from '#domain/time.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { FeedStore } from '../ports/room-stores.js'
import type { Clock } from '../ports/system.js'

export interface Retention {
  readonly clock: Clock
  /** How long a page is kept after it was written. */
  readonly keptMs: number
}

/**
 * A feed store whose pages expire. A page that has expired is absent, whether or not the store has removed it. Pages expire in their order, so that
 * what is absent lies before all that is there.
 */
export function withRetention<Entry, Snapshot extends { readonly at: Timestamp }> (feeds: FeedStore<Entry, Snapshot>, { clock, keptMs }: Retention): FeedStore<Entry, Snapshot> {
  const isKept = ({ expiresAt }: FeedPage<Entry>): boolean => expiresAt === undefined || expiresAt > clock()

  return {
    append: async (page, together) => await feeds.append({ ...page, expiresAt: laterBy(page.writtenAt, keptMs) }, together),

    read: async (feedId, after, limit) => {
      const kept: Array<FeedPage<Entry>> = []
      let last = after
      for (;;) {
        const asked = limit - kept.length
        const pages = await feeds.read(feedId, last, asked)
        for (const page of pages) {
          last = page.page
          if (isKept(page)) kept.push(page)
        }
        if (pages.length < asked || kept.length === limit) return kept
        if (kept.length === 0 && await isOver(feedId)) return kept
      }
    },

    readBack: async (feedId, before, limit) => (await feeds.readBack(feedId, before, limit)).filter(isKept),

    find: async (feedId, page) => {
      const found = await feeds.find(feedId, page)
      return found !== null && isKept(found) ? found : null
    },

    listOfAuthor: async (userId, page) => await feeds.listOfAuthor(userId, page),

    removeOld: async (feedId, limit) => await feeds.removeOld(feedId, limit),

    findSnapshot: async (feedId) => {
      const snapshot = await feeds.findSnapshot(feedId)
      return snapshot !== null && laterBy(snapshot.at, keptMs) > clock() ? snapshot : null
    },
  }

  /** Whether nothing of the feed is left, so that no one looks through pages that wait for their removal. */
  async function isOver (feedId: string): Promise<boolean> {
    return !(await feeds.readBack(feedId, null, 1)).some(isKept)
  }
}
