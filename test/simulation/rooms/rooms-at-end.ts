import type { Caller } from '#domain/accounts/session.js'
import { feedIdOf, PAGE_ENTRIES_MAX, PAGE_MAX_BYTES, type FeedPage, type MessageEntry } from '#domain/rooms/room-entry.js'
import { momentOf, spawn, violate, type Context } from '../context.js'
import type { Node } from '../node.js'
import { placeOf } from './room-client.js'
import { checkMinutes, endBroadcasts } from './minutes-at-end.js'
import { checkOrders } from './orders-of-rooms.js'
import { Replay } from './replay.js'
import type { Span } from './room-ledger.js'

const ADMIN: Caller = { userId: null, admin: true }
const ALL = 100_000

export interface Told {
  readonly roomId: string
  readonly pages: readonly FeedPage[]
  readonly replay: Replay
}

/** What has to hold of each room, once all is quiet. What belongs to rooms is added here. */
const CHECKS: ReadonlyArray<(context: Context, told: Told) => void | Promise<void>> = [checkPages, checkMessages, checkTexts, checkHidden, checkRow, checkMinutes, checkOrders]

/** Reads each feed to its end, and compares it with what people were told. */
export async function checkRooms (context: Context, nodes: readonly Node[]): Promise<void> {
  const { rooms: { roomIds }, store } = context
  for (const roomId of roomIds) await askAll(context, nodes, roomId)
  await endBroadcasts(context, nodes)
  for (const roomId of roomIds) {
    const pages = await store.feeds.read(feedIdOf(roomId), 0, ALL)
    const told = { roomId, pages, replay: replayed(context, roomId, pages) }
    for (const check of CHECKS) await check(context, told)
  }
}

/** All nodes, also those that have opened the room anew, know who is what in it, and take a message of each person who is new there while it is live. */
async function askAll (context: Context, nodes: readonly Node[], roomId: string): Promise<void> {
  const { store, scheduler } = context
  const pages = await store.feeds.read(feedIdOf(roomId), 0, ALL)
  const replay = new Replay(() => {})
  for (const { page, entries } of pages) for (const [index, entry] of entries.entries()) replay.add(entry, { page, index })
  let answered = 0
  for (const node of nodes) {
    spawn(context, async () => {
      for (const kind of ['moderator', 'mute', 'ban'] as const) {
        const members = await node.serve(async ({ listRoomMembers }) => await listRoomMembers({ caller: ADMIN, roomId, kind }))
        const found = members.map(({ userId }) => userId).toSorted().join()
        const wanted = (kind === 'moderator' ? [...replay.moderators] : [...replay.sanctions.values()].filter((one) => one.kind === kind && replay.isUnder(kind, one.userId, momentOf(context))).map(({ userId }) => userId)).toSorted().join()
        if (found !== wanted) violate(context, 'what was done in a room holds', `${node.name} knows ${found || 'no one'} under ${kind} in ${roomId}, the feed ${wanted || 'no one'}`)
      }
      const userId = `last at ${node.name} in ${roomId}`
      if (replay.status === 'live') await node.serve(async ({ sendRoomMessage }) => await sendRoomMessage({ caller: { userId, admin: false }, userId, roomId, text: 'son', replyTo: null, key: null }))
      answered++
    })
  }
  await scheduler.run()
  if (answered < nodes.length) violate(context, 'what was done in a room holds', `${nodes.length - answered} nodes no longer answer in ${roomId}`)
}

/** Adds entry by entry, and looks at each state between whether it bears out what people were told. */
function replayed (context: Context, roomId: string, pages: readonly FeedPage[]): Replay {
  const { rooms } = context
  const replay = new Replay((invariant, what) => { violate(context, invariant, `${roomId}: ${what}`) })
  const ofRoom = <T extends Span>(told: readonly T[]): T[] => told.filter((one) => one.roomId === roomId)
  const open = [
    ...ofRoom(rooms.refusals).map((one) => ({ one, what: `${one.userId} was refused: ${one.code}`, isTrue: () => replay.refuses(one) })),
    ...ofRoom(rooms.acts).map((one) => ({ one, what: `${one.kind} ${one.isOn ? 'for' : 'no more for'} ${one.userId}`, isTrue: () => replay.shows(one) })),
    ...ofRoom(rooms.reports).map((one) => ({ one, what: `${one.userId} reported ${one.messageId}`, isTrue: () => replay.counts(one) })),
  ]
  const borne = new Set<unknown>()
  const look = (page: number, isWhole: boolean): void => {
    for (const told of open) {
      // The state after the last page of the span is one of those between; that in the midst of the first is not.
      const isBetween = isWhole ? told.one.from <= page && page <= told.one.to : told.one.from < page && page <= told.one.to
      if (isBetween && !borne.has(told) && told.isTrue()) borne.add(told)
    }
  }
  for (const { page, entries } of pages) {
    for (const [index, entry] of entries.entries()) {
      replay.add(entry, { page, index })
      look(page, index === entries.length - 1)
    }
  }
  for (const told of open) if (!borne.has(told)) violate(context, 'what was done in a room holds', `${told.what} in ${roomId}, between pages ${told.one.from} and ${told.one.to}`)
  return replay
}

function checkPages (context: Context, { roomId, pages }: Told): void {
  for (const [index, { page, entries }] of pages.entries()) {
    if (page !== index + 1) violate(context, 'the pages of a room are dense, and its times never run backwards', `${roomId}: page ${page} in the place of ${index + 1}`)
    const bytes = Buffer.byteLength(JSON.stringify(entries))
    // Marks and commas around the entries are not counted.
    const isTooLarge = entries.length > PAGE_ENTRIES_MAX || (entries.length > 1 && bytes > PAGE_MAX_BYTES + 2 * PAGE_ENTRIES_MAX)
    if (isTooLarge) violate(context, 'no page of a room is too large', `${roomId}: page ${page} has ${entries.length} entries and ${bytes} bytes`)
  }
}

/** Each message that was acknowledged lies where its sender was told, behind all that was there when they first sent it. */
function checkMessages (context: Context, { roomId, pages }: Told): void {
  for (const { messageId, position, text, begun } of context.rooms.messages.filter((message) => message.roomId === roomId)) {
    const entry = pages[position.page - 1]?.entries[position.index]
    const isThere = entry?.type === 'message' && entry.messageId === messageId && (entry.text === null || entry.text === text)
    if (!isThere) violate(context, 'a message of a room is there once, where its sender was told', `${text.slice(-12)} is not at ${placeOf(position)} of ${roomId}`)
    if (position.page <= begun) violate(context, 'a message of a room is there once, where its sender was told', `${text.slice(-12)} stands before what was there before it`)
  }
}

/** What was deleted is nowhere in the store, and nothing else is. */
function checkTexts (context: Context, { roomId, pages, replay }: Told): void {
  const texts = new Set(pages.flatMap(({ entries }) => entries.flatMap((entry) => 'text' in entry && entry.text !== null ? [entry.text] : [])))
  for (const text of context.rooms.deleted) if (texts.has(text)) violate(context, 'a deleted text is nowhere', `${text} is stored in ${roomId}`)
  for (const { messageId, text } of messagesIn(pages)) {
    if ((text === null) !== replay.deleted.has(messageId)) violate(context, 'a deleted text is nowhere', `${messageId} of ${roomId} ${text === null ? 'is cleared without an entry' : `is ${text}`}`)
  }
}

function checkHidden (context: Context, { roomId, pages, replay }: Told): void {
  const { autoHideReports } = replay.settings
  for (const { messageId, isHidden, text } of messagesIn(pages)) {
    const reporters = replay.reporters.get(messageId)?.size ?? 0
    if (text !== null && isHidden !== (autoHideReports > 0 && reporters >= autoHideReports)) violate(context, 'a report counts once a person', `${messageId} of ${roomId}: ${reporters} reports, and it is ${isHidden ? '' : 'not '}hidden`)
  }
}

async function checkRow (context: Context, { roomId, replay }: Told): Promise<void> {
  const row = await context.store.rooms.find(roomId)
  const isSame = row?.version === replay.version && row.status === replay.status && JSON.stringify(row.settings) === JSON.stringify(replay.settings)
  if (!isSame) violate(context, 'the row of a room equals its feed', `${roomId}: version ${row?.version}, ${row?.status}, by the feed ${replay.version}, ${replay.status}`)
}

function messagesIn (pages: readonly FeedPage[]): MessageEntry[] {
  return pages.flatMap(({ entries }) => entries.filter((entry) => entry.type === 'message'))
}
