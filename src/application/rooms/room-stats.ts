import { SALES, type SalesFigures } from '#domain/payments/room-sales.js'
import { added } from '#domain/payments/payment-stats.js'
import { OWNING, requireRole } from '#domain/rooms/admit.js'
import { feedIdOf } from '#domain/rooms/room-entry.js'
import type { Timestamp } from '#domain/time.js'
import { countedUntil } from '../payments/payment-stats.js'
import type { OutboxStore } from '../ports/outbox-store.js'
import { productOf, ROOM_SLICES, roomFamily, type StatsStore } from '../ports/read-models.js'
import type { FeedStore, RoomStore } from '../ports/room-stores.js'
import type { Clock } from '../ports/system.js'
import { Turns } from '../turns.js'
import type { RoomCommand } from './change-room.js'
import type { OpenRoom, PersonIn } from './open-rooms.js'
import { requireRoom } from './read-rooms.js'

export interface RoomStatsPorts {
  readonly rooms: RoomStore
  readonly feeds: FeedStore
  readonly outbox: OutboxStore
  readonly stats: StatsStore
  readonly clock: Clock
  readonly openRoom: OpenRoom
  readonly personIn: PersonIn
}

/** Sales of one product, in one currency. */
export interface ProductSales {
  readonly currency: string
  /** Null for orders that name none. */
  readonly productId: string | null
  readonly sales: SalesFigures
}

export interface RoomStats {
  readonly roomId: string
  /** From the start to the end, or to now; 0 for a room that has not begun. */
  readonly durationS: number
  readonly minutesCharged: number
  readonly unchargedMinutes: number
  readonly messages: number
  readonly chatters: number
  readonly deleted: number
  readonly reports: number
  /** Sorted by currency and product. */
  readonly products: readonly ProductSales[]
  /** Whether the room has ended, and all that happened before its end is counted. */
  readonly complete: boolean
}

/** What the entries of a feed are, up to a page. */
interface Counts {
  page: number
  messages: number
  deleted: number
  reports: number
  readonly chatters: Set<string>
}

/** Feeds whose counts a process remembers: each takes at most some megabytes. */
const COUNTED_MAX = 50
const READ_PAGES = 200

/** Statistics of a room, for its owner. The outbox is read before the figures, so that `complete` never promises too much. @throws not_found, forbidden */
export function makeRoomStats ({ rooms, feeds, outbox, stats, clock, openRoom, personIn }: RoomStatsPorts) {
  const counted = new Map<string, Counts>()
  const turns = new Turns()

  return async function roomStats ({ caller, roomId }: RoomCommand): Promise<RoomStats> {
    const { state } = await openRoom(roomId)
    requireRole(state, personIn(state, caller), ...OWNING)
    const now = clock()
    const asOf = await countedUntil(outbox, now)
    const [room, meter, counts, products] = await Promise.all([rooms.find(roomId), rooms.findMeter(roomId), turns.take(roomId, async () => await countsOf(roomId)), salesOf(roomId)])
    const { startedAt, endedAt } = requireRoom(room)
    return {
      roomId,
      durationS: startedAt === null ? 0 : secondsBetween(startedAt, endedAt ?? now),
      minutesCharged: meter?.chargedMinutes ?? 0,
      unchargedMinutes: meter?.unchargedMinutes ?? 0,
      messages: counts.messages,
      chatters: counts.chatters.size,
      deleted: counts.deleted,
      reports: counts.reports,
      products,
      complete: endedAt !== null && endedAt < asOf && meter?.dueAt == null,
    }
  }

  /** Reads what came since the last count of this process. */
  async function countsOf (roomId: string): Promise<Counts> {
    const counts = counted.get(roomId) ?? { page: 0, messages: 0, deleted: 0, reports: 0, chatters: new Set() }
    counted.delete(roomId)
    counted.set(roomId, counts)
    const [oldest = ''] = counted.keys()
    if (counted.size > COUNTED_MAX) counted.delete(oldest)
    for (;;) {
      const pages = await feeds.read(feedIdOf(roomId), counts.page, READ_PAGES)
      for (const { page, entries } of pages) {
        for (const entry of entries) {
          if (entry.type === 'message') {
            counts.messages++
            counts.chatters.add(entry.senderId)
          } else if (entry.type === 'message.deleted') counts.deleted++
          else if (entry.type === 'report') counts.reports++
        }
        counts.page = page
      }
      if (pages.length < READ_PAGES) return counts
    }
  }

  async function salesOf (roomId: string): Promise<ProductSales[]> {
    const found = await stats.read(roomFamily(roomId), ROOM_SLICES.from, ROOM_SLICES.before)
    return found.map(({ slice, currency, figures }) => ({ currency, productId: productOf(slice), sales: added(NO_SALES, figures) }))
      .toSorted((one, other) => nameOf(one) < nameOf(other) ? -1 : 1)
  }
}

const NO_SALES = Object.fromEntries(SALES.map((name) => [name, 0]))

function nameOf ({ currency, productId }: ProductSales): string {
  return `${currency} ${productId ?? ''}`
}

function secondsBetween (from: Timestamp, until: Timestamp): number {
  return Math.max(0, Math.floor((Date.parse(until) - Date.parse(from)) / 1000))
}
