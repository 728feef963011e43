import { withMethods } from '#adapters/durability/proxy.js'
import { makeMemberUseCases } from '#application/rooms/members.js'
import { makeOpenRoom, makePersonIn, type OpenRoom } from '#application/rooms/open-rooms.js'
import type { Decide, Decided } from '#application/rooms/room-feed.js'
import { makeModerateMessages, makeSendRoomMessage } from '#application/rooms/room-messages.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import { LayeredMap } from '#domain/rooms/layered-map.js'
import type { FeedPage, RoomEntry } from '#domain/rooms/room-entry.js'
import type { RoomState } from '#domain/rooms/room-state.js'
import { isOutage } from '../courier.js'
import { ROOM_RATE_MAX } from '../rooms/room-world.js'
import type { Ports } from '../use-cases.js'
import { instead, type PlantedBug } from './planted-bug.js'

const onFeeds = (name: string, change: (feeds: FeedStore, ports: Ports) => Partial<FeedStore>): PlantedBug =>
  ({ name, ports: (ports) => ({ feeds: instead(ports.feeds, change(ports.feeds, ports)) }) })

/** Decisions about messages and people that are made otherwise. `bend` runs once for a process, and what it makes once for a request. */
const onDecisions = (name: string, bend: (ports: Ports) => (decide: Decide) => Decide): PlantedBug => ({
  name,
  useCases: (_useCases, ports) => {
    const open = makeOpenRoom(ports)
    const bent = bend(ports)
    const openRoom: OpenRoom = async (roomId) => {
      const feed = await open(roomId)
      return withMethods(feed, { submit: async (decide, isAlone) => await feed.submit(bent(decide), isAlone) })
    }
    const all = { ...ports, openRoom, personIn: makePersonIn(ports.identity), roomRateMax: ROOM_RATE_MAX }
    const members = makeMemberUseCases(all)
    return { sendRoomMessage: makeSendRoomMessage(all), ...makeModerateMessages(all, members.setSanction), ...members }
  },
})

/** The map, where some of its values are seen otherwise. */
function seen<V> (map: LayeredMap<V>, get: (key: string) => V | null): LayeredMap<V> {
  return withMethods(map, { get })
}

/** A store in which a later page takes the place of an earlier one. */
function overwriting (feeds: FeedStore): FeedStore {
  const later = new Map<string, FeedPage>()
  const keyOf = ({ feedId, page }: Pick<FeedPage, 'feedId' | 'page'>): string => `${feedId} ${page}`
  const latest = (page: FeedPage): FeedPage => later.get(keyOf(page)) ?? page
  return withMethods(feeds, {
    append: async (page, together) => {
      const appended = await feeds.append(page, together)
      if (appended.kind !== 'taken') return appended
      later.set(keyOf(page), page)
      return { kind: 'appended' }
    },
    read: async (feedId, after, limit) => (await feeds.read(feedId, after, limit)).map(latest),
    readBack: async (feedId, before, limit) => (await feeds.readBack(feedId, before, limit)).map(latest),
    find: async (feedId, number) => {
      const page = await feeds.find(feedId, number)
      return page === null ? null : latest(page)
    },
  })
}

/** Bugs in the feeds of rooms and in what is decided by them. */
export const ROOM_BUGS: readonly PlantedBug[] = [
  { name: 'a page that is stored without a condition', store: ({ feeds }) => ({ feeds: overwriting(feeds) }) },
  onFeeds('a page that is tried at the next number, and the one in the way is not applied', (feeds) => ({
    append: async (page, together) => {
      for (let number = page.page; ; number++) {
        const appended = await feeds.append({ ...page, page: number }, together)
        if (appended.kind !== 'taken') return appended
      }
    },
  })),
  onFeeds('a page that is acknowledged before it is stored', (feeds) => ({
    append: async (page, together) => {
      feeds.append(page, together).catch((error: unknown) => { if (!isOutage(error)) throw error })
      return { kind: 'appended' }
    },
  })),
  onFeeds('a snapshot without the messages before it', (feeds) => ({
    findSnapshot: async (feedId) => {
      const snapshot = await feeds.findSnapshot(feedId)
      return snapshot === null ? null : { ...snapshot, windowFrom: snapshot.page }
    },
  })),
  onFeeds('a deleted text that is left in its page', (feeds) => ({
    append: async (page, { amendment, ...together } = {}) => await feeds.append(page, together),
  })),
  onFeeds('a live room that is not claimed', (feeds) => ({
    append: async (page, { claim, ...together } = {}) => await feeds.append(page, together),
  })),
  onFeeds('a change of a room that only its feed has', (feeds) => ({
    append: async (page, { room, ...together } = {}) => await feeds.append(page, page.page === 1 && room !== undefined ? { ...together, room } : together),
  })),
  onFeeds('entries that each node times by its own clock', (feeds, { clock }) => ({
    append: async (page, together) => await feeds.append({ ...page, entries: page.entries.map((entry) => ({ ...entry, at: clock() })) }, together),
  })),
  onFeeds('a refusal by pages that are not the last ones', (feeds) => ({
    read: async (feedId, after, limit) => after === 0 ? await feeds.read(feedId, after, limit) : [],
  })),
  onDecisions('a repeat that is looked for only after a failure', () => (decide) => {
    let tries = 0
    return (state, at) => decide(tries++ === 0 ? withMethods(state, { sent: new LayeredMap() }) : state, at)
  }),
  onDecisions('a sanction that binds a page late', () => {
    const first = new Map<string, number>()
    return (decide) => (state, at) => decide(withMethods(state, {
      sanctionOf: (userId, kind, when) => {
        const sanction = state.sanctionOf(userId, kind, when)
        if (sanction === null) return null
        const key = `${kind} ${userId} ${sanction.at}`
        const page = first.get(key) ?? state.page
        first.set(key, page)
        return state.page > page ? sanction : null
      },
    }), at)
  }),
  onDecisions('a slow mode that each node keeps for itself', () => {
    const paces: RoomState['paces'] = new LayeredMap()
    return (decide) => {
      let mine: string | null = null
      return (state, at) => {
        if (mine !== null) paces.remove(mine)
        const decided = decide(withMethods(state, { paces }), at)
        if (decided.kind === 'write' && decided.entry.type === 'message') {
          mine = decided.entry.senderId
          paces.set(mine, { lastMs: Date.parse(at), dueMs: Date.parse(at) })
        }
        return decided
      }
    }
  }),
  onDecisions('a page whose entries count for less than they are', () => (decide) => (state, at) => {
    const decided = decide(state, at)
    return decided.kind === 'write' ? { ...decided, entry: small(decided.entry) } satisfies Decided : decided
  }),
  onDecisions('a report that counts again', () => (decide) => (state, at) => decide(withMethods(state, {
    reported: seen(state.reported, (messageId) => {
      const reported = state.reported.get(messageId)
      return reported === null ? null : { ...reported, reports: [] }
    }),
  }), at)),
]

/** The entry, whose JSON is taken for shorter. A copy of it, and the JSON of its page, have the entry itself. */
function small (entry: RoomEntry): RoomEntry {
  return Object.defineProperty({ ...entry }, 'toJSON', { value: (key: string) => key === '' ? null : { ...entry }, enumerable: false })
}
