import type { Caller } from '#domain/accounts/session.js'
import type { MessagePlace } from '#domain/rooms/room.js'
import type { PlacedEntry } from '#application/rooms/read-rooms.js'
import type { Page } from '#application/ports/page.js'
import type { Client, Outcome } from '../client.js'
import { momentOf, violate, type Context } from '../context.js'
import type { Node } from '../node.js'
import type { UseCases } from '../use-cases.js'
import { KEYLESS } from '../message-client.js'
import { SKEW_MS } from '../watch.js'
import type { Span, ToldMessage } from './room-ledger.js'
import { DETAILS, ROOM_PEOPLE } from './room-world.js'

const ADMIN: Caller = { userId: null, admin: true }
/** A key is surely good for so long: the feed recognises a repeat for ten minutes. */
const REPEAT_MS = 8 * 60_000
const PAGE = 5
const PAGES_MAX = 3
const CROWD = 50

type InRoom<T> = Outcome<T> & Span

/** Asks, and notes how many pages the feed had when the request was made that was answered. */
export async function askIn<T> ({ context, ask }: Client, roomId: string, what: string, run: (useCases: UseCases) => Promise<T>): Promise<InRoom<T>> {
  const { rooms } = context
  let from = 0
  const outcome = await ask(what, async (useCases) => {
    from = rooms.pagesOf(roomId)
    return await run(useCases)
  })
  return { ...outcome, roomId, from, to: rooms.pagesOf(roomId), latest: momentOf(context, SKEW_MS) }
}

function spanOf ({ roomId, from, to, latest }: Span): Span {
  return { roomId, from, to, latest }
}

function callerOf ({ name }: Client): Caller {
  return { userId: name, admin: false }
}

/** Mostly the rooms that are live from the start. */
export function someRoom ({ context: { random, rooms } }: Client): string {
  return random.pick(random.chance(0.8) ? rooms.roomIds.slice(0, 2) : rooms.roomIds)
}

function someMessage ({ context: { random, rooms } }: Client, roomId: string): ToldMessage | null {
  const told = rooms.messages.filter((message) => message.roomId === roomId).slice(-4)
  return told.length === 0 ? null : random.pick(told)
}

/** Writes once, or several times at once. */
export async function talk (client: Client): Promise<void> {
  const { context: { random } } = client
  const roomId = someRoom(client)
  await Promise.all(Array.from({ length: random.pick([1, 1, 2, 7]) }, async () => { await say(client, roomId) }))
}

/** Sometimes by two clicks at once; sometimes once more under the same key, through any node, when it is long answered. */
async function say (client: Client, roomId: string): Promise<void> {
  const { context, name, count } = client
  const { random, rooms, scheduler } = context
  const key = random.chance(0.95) ? `oda ${name} ${count()};` : null
  const text = key ?? KEYLESS
  const answered = random.chance(0.1) ? someMessage(client, roomId) : null
  const replyTo: MessagePlace | null = answered === null ? null : { messageId: answered.messageId, position: answered.position }
  const begun = rooms.pagesOf(roomId)
  const start = scheduler.now
  const taken: Array<MessagePlace['position']> = []
  const once = async (): Promise<void> => {
    const outcome = await askIn(client, roomId, 'say', async ({ sendRoomMessage }) =>
      await sendRoomMessage({ caller: callerOf(client), userId: name, roomId, text, replyTo, key }))
    const { answer, refusal } = outcome
    const span = spanOf(outcome)
    if (refusal !== null) {
      rooms.refusals.push({ ...span, userId: name, code: refusal })
      const isKnown = taken.some(({ page }) => page <= span.from) && scheduler.now < start + REPEAT_MS
      if (isKnown && refusal !== 'store_busy') violate(context, MESSAGES, `${text} was taken, and then ${refusal}`)
    }
    if (answer === null) return
    const { entry: { messageId }, position } = answer
    taken.push(position)
    if (position.page > span.to) violate(context, MESSAGES, `${text} is answered before its page is stored`)
    rooms.messages.push({ roomId, messageId, position, senderId: name, text, begun })
  }
  await Promise.all([once(), ...(key !== null && random.chance(0.15) ? [once()] : [])])
  if (key === null || taken.length === 0 || !random.chance(0.3)) return
  await scheduler.sleep(random.between(500, 60_000))
  await once()
}

const MESSAGES = 'a message of a room is there once, where its sender was told'

/** Mutes, bans, lifts either, names and dismisses moderators. */
export async function moderate (client: Client): Promise<void> {
  const { context: { random, rooms } } = client
  const roomId = someRoom(client)
  const userId = random.pick(ROOM_PEOPLE)
  const kind = random.weighted({ mute: 4, ban: 4, moderator: 1 })
  const isOn = random.chance(0.55)
  const caller = random.pick([ADMIN, callerOf(client)])
  const outcome = await askIn(client, roomId, `${isOn ? kind : `no ${kind} for`} ${userId}`, async ({ setSanction, setModerator }) => {
    if (kind === 'moderator') await setModerator({ caller, roomId, userId, isModerator: isOn })
    else await setSanction({ caller, roomId, userId, kind, isOn, minutes: random.pick([null, 1, 1, 2]), reason: null })
  })
  if (outcome.answer !== null) rooms.acts.push({ ...spanOf(outcome), userId, kind, isOn })
}

/** Deletes a message of their own, or of another as a moderator may. */
export async function erase (client: Client): Promise<void> {
  const { context: { random, rooms } } = client
  const roomId = someRoom(client)
  const message = someMessage(client, roomId)
  if (message === null) return
  const { messageId, position, text } = message
  const { answer } = await askIn(client, roomId, `delete ${text}`, async ({ deleteRoomMessage }) =>
    await deleteRoomMessage({ caller: random.pick([ADMIN, callerOf(client)]), roomId, messageId, position }))
  if (answer !== null && text !== KEYLESS) rooms.deleted.add(text)
}

/** Reports a message, sometimes twice; or looks at the reports of one as a moderator. */
export async function report (client: Client): Promise<void> {
  const { context: { random, rooms }, name, ask } = client
  const roomId = someRoom(client)
  const message = someMessage(client, roomId)
  if (message === null) return
  const { messageId, position } = message
  if (random.chance(0.2)) {
    await ask('resolve report', async ({ resolveRoomReport }) => { await resolveRoomReport({ caller: ADMIN, roomId, messageId, action: random.pick(['dismiss', 'dismiss', 'mute']) }) })
    return
  }
  const once = async (): Promise<void> => {
    const outcome = await askIn(client, roomId, 'report', async ({ reportRoomMessage }) => {
      await reportRoomMessage({ roomId, messageId, position, userId: name, reason: 'spam', note: null })
    })
    if (outcome.answer !== null) rooms.reports.push({ ...spanOf(outcome), messageId, userId: name })
  }
  await Promise.all([once(), ...(random.chance(0.5) ? [once()] : [])])
}

/** Sets slow mode, starts, ends, and makes rooms. */
export async function direct (client: Client): Promise<void> {
  const { context: { random, ledger, rooms }, name, ask } = client
  const roomId = random.pick(rooms.roomIds)
  switch (random.weighted({ slow: 6, start: 2, end: 1, make: 1 })) {
    case 'slow':
      await ask('slow mode', async ({ getRoom, editRoom }) => {
        const { version } = await getRoom(roomId)
        await editRoom({ caller: ADMIN, roomId, version, edit: { settings: { slowModeS: random.pick([0, 3, 20]) } } })
      })
      return
    case 'start': await ask('start', async ({ startRoom }) => await startRoom({ caller: ADMIN, roomId }))
      return
    case 'end': await ask('end', async ({ endRoom }) => await endRoom({ caller: ADMIN, roomId }))
      return
    case 'make': {
      const { answer } = await ask('make a room', async ({ createRoom }) =>
        await createRoom({ caller: callerOf(client), key: `made by ${name}`, details: { ...DETAILS, settings: {} }, streamerId: null, copyModeratorsFrom: null }))
      if (answer !== null) ledger.answered(`room of ${name}`, answer.room.roomId)
    }
  }
}

/** The newest messages, page by page, while others write. */
export async function readRoom (client: Client): Promise<void> {
  const { context, name, ask } = client
  const { rooms } = context
  const roomId = someRoom(client)
  const known = rooms.messages.filter((message) => message.roomId === roomId)
  const deleted = new Set(rooms.deleted)
  const listed: PlacedEntry[] = []
  let before: string | null = null
  for (let page = 0; page < PAGES_MAX; page++) {
    const key: string | null = before
    const { answer }: Outcome<Page<PlacedEntry>> = await ask(`messages of ${roomId}`, async ({ listRoomMessages }) => await listRoomMessages({ roomId, before: key, limit: PAGE }))
    if (answer === null) return
    listed.push(...answer.items)
    before = answer.nextKey
    if (before === null) break
  }
  const places = listed.map(({ position }) => placeOf(position))
  if (!places.every((place, index) => index === 0 || place < (places[index - 1] ?? 0))) violate(context, MESSAGES, `${name} reads ${places.join()}`)
  for (const { entry } of listed) if ('text' in entry && entry.text !== null && deleted.has(entry.text)) violate(context, 'a deleted text is nowhere', `${name} reads ${entry.text}`)
  const last = before === null ? 0 : places.at(-1) ?? Infinity
  const missing = known.filter(({ position }) => placeOf(position) > last && !places.includes(placeOf(position)))
  if (missing.length > 0) violate(context, 'a read sees what was acknowledged before it', `${name} does not see ${missing.map(({ text }) => text).join()} in ${roomId}`)
}

/** Entries of a page are fewer than a thousand. */
export function placeOf ({ page, index }: MessagePlace['position']): number {
  return page * 1000 + index
}

/** So many people at once that what they write does not fit into one page. No one of them asks twice. */
export async function crowd (context: Context, node: Node): Promise<void> {
  const { rooms } = context
  const [roomId = ''] = rooms.roomIds
  const begun = rooms.pagesOf(roomId)
  await Promise.all(Array.from({ length: CROWD }, async (_, index) => {
    const [userId, text] = [`guest${index}`, `${'😀'.repeat(490)}${index};`]
    const answer = await node.serve(async ({ sendRoomMessage }) => await sendRoomMessage({ caller: { userId, admin: false }, userId, roomId, text, replyTo: null, key: 'crowd' })).catch(() => null)
    if (answer !== null) rooms.messages.push({ roomId, messageId: answer.entry.messageId, position: answer.position, senderId: userId, text, begun })
  }))
}
