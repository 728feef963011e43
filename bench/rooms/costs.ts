import { clock, identity, pause } from '#adapters/system/system.js'
import { makeOpenRoom } from '#application/rooms/open-rooms.js'
import type { RoomUseCases } from '#application/rooms/use-cases.js'
import type { OpenStores } from '#application/ports/stores.js'
import { feedIdOf, PAGE_ENTRIES_MAX, type FeedPage, type MessageEntry } from '#domain/rooms/room-entry.js'
import { RoomState } from '#domain/rooms/room-state.js'
import type { DynamoDb } from '../../test/support/dynamodb.js'
import { countedStores } from '../scale/tables.js'
import type { Cost } from '../scale/tables.js'
import { liveRoom, nodeOn, say, TEXT } from './rooms.js'

/** As many as the room takes in a second. */
const PER_S = 50
/** Pages between the last snapshot and the end: the middle of what there may be. */
const BEHIND_SNAPSHOT = 50
const APPENDS_AT_ONCE = 16
const ADMIN = { userId: null, admin: true }
const HISTORY = 50

/** What a use case costs, for each size of the feed. */
export interface CostRow {
  readonly useCase: string
  readonly costs: readonly Cost[]
}

/** Writes full pages behind those of a new room, as many as a room of this many messages has, and a snapshot among the last. */
async function fill (stores: OpenStores, roomId: string, entries: number): Promise<void> {
  const feedId = feedIdOf(roomId)
  const state = new RoomState()
  const first = await stores.feeds.read(feedId, 0, 10)
  for (const page of first) state.apply(page)
  const count = Math.ceil(entries / PAGE_ENTRIES_MAX)
  const startMs = Date.now()
  const open = new Set<Promise<unknown>>()
  for (let index = 0; index < count; index++) {
    const page = pageOf(feedId, first.length + 1 + index, startMs - (count - index) * PAGE_ENTRIES_MAX / PER_S * 1000)
    const snapshot = index === count - BEHIND_SNAPSHOT ? { snapshot: state.snapshot() } : {}
    state.apply(page)
    const one: Promise<unknown> = stores.feeds.append(page, snapshot).finally(() => { open.delete(one) })
    open.add(one)
    if (open.size >= APPENDS_AT_ONCE) await Promise.race(open)
  }
  await Promise.all(open)
}

function pageOf (feedId: string, page: number, fromMs: number): FeedPage {
  const entries = Array.from({ length: PAGE_ENTRIES_MAX }, (_, index): MessageEntry => ({
    type: 'message', at: new Date(fromMs + index * 1000 / PER_S).toISOString(), messageId: identity.derived('msg', [feedId, `${page}`, `${index}`]), senderId: `viewer-${index}`,
    role: 'viewer', text: TEXT, replyTo: null, isHidden: false,
  }))
  return { feedId, page, entries, writer: identity.random('wrt'), writtenAt: entries[0]?.at ?? '' }
}

const USE_CASES: ReadonlyArray<readonly [useCase: string, run: (node: RoomUseCases, roomId: string) => Promise<unknown>]> = [
  ['write a message', say],
  ['50 people write at once', async (node, roomId) => await Promise.all(Array.from({ length: 50 }, async () => await say(node, roomId)))],
  ['newest page of the history', async ({ listRoomMessages }, roomId) => await listRoomMessages({ roomId, before: null, limit: HISTORY })],
  ['page in the middle of the history', async ({ listRoomMessages }, roomId) => {
    const { items: [newest] } = await listRoomMessages({ roomId, before: null, limit: 1 })
    const page = Math.ceil((newest?.position.page ?? 2) / 2)
    return await listRoomMessages({ roomId, before: `${page}#0`, limit: HISTORY })
  }],
  ['mute a person', async ({ setSanction }, roomId) => { await setSanction({ caller: ADMIN, roomId, userId: 'viewer-1', kind: 'mute', isOn: true, minutes: 1, reason: null }) }],
  ['write a message and delete it', async (node, roomId) => {
    const { entry: { messageId }, position } = await say(node, roomId)
    await node.deleteRoomMessage({ caller: ADMIN, roomId, messageId, position })
  }],
  ['set slow mode', async ({ getRoom, editRoom }, roomId) => {
    const { version } = await getRoom(roomId)
    await editRoom({ caller: ADMIN, roomId, version, edit: { settings: { slowModeS: version % 2 } } })
  }],
  ['list of live rooms', async ({ listRooms }) => await listRooms({ status: 'live', category: null, streamerId: null, q: null, before: null, limit: 20 })],
]

/** Requests and capacity of each use case in rooms of these sizes, which lie in one table. */
export async function measureCosts (dynamoDb: DynamoDb, sizes: readonly number[], report: (line: string) => void): Promise<CostRow[]> {
  const tables = await dynamoDb.freshTables()
  const stores = dynamoDb.open(tables)
  const roomIds: string[] = []
  for (const size of sizes) {
    const roomId = await liveRoom(stores)
    const start = performance.now()
    await fill(stores, roomId, size)
    report(`${size.toLocaleString('en')} messages were written in ${((performance.now() - start) / 1000).toFixed(0)} s`)
    roomIds.push(roomId)
  }
  const counted = await countedStores(dynamoDb, tables)
  const rows: CostRow[] = [{ useCase: 'open the room on a node', costs: [] }, ...USE_CASES.map(([useCase]) => ({ useCase, costs: [] }))]
  const costs = rows.map(() => [] as Cost[])
  for (const roomId of roomIds) {
    const between = async (run: () => Promise<unknown>): Promise<Cost> => {
      const before = counted.cost()
      await run()
      const after = counted.cost()
      return { requests: after.requests - before.requests, capacity: after.capacity - before.capacity }
    }
    costs[0]?.push(await between(async () => await makeOpenRoom({ ...counted.store, identity, clock, pause })(roomId)))
    const node = nodeOn(counted.store)
    await say(node, roomId)
    for (const [index, [, run]] of USE_CASES.entries()) costs[index + 1]?.push(await between(async () => await run(node, roomId)))
  }
  await counted.stop()
  await stores.close()
  return rows.map(({ useCase }, index) => ({ useCase, costs: costs[index] ?? [] }))
}
