import { momentOf, spawn, violate, type Context } from '../context.js'
import type { Node } from '../node.js'
import { together } from '../quiet.js'
import { STREAMERS } from './room-world.js'
import type { Told } from './rooms-at-end.js'

const MINUTE = 60_000
/** Of the longest broadcast. */
const MINUTES_MAX = 720
/** A lease, and the beginning of a minute. */
const DUE_MS = 2 * MINUTE
/** A charge, the end of the room, and the end of its meter. */
const TURNS = 4
const ALL = { before: null, limit: 10_000 }

/** A person ends some of the broadcasts that are left, the rest end without minutes or after twelve hours; and all minutes are charged. */
export async function endBroadcasts (context: Context, nodes: readonly Node[]): Promise<void> {
  const { rooms: { roomIds }, store, scheduler, random } = context
  for (const roomId of roomIds) {
    if ((await store.rooms.find(roomId))?.status !== 'live' || random.chance(0.5)) continue
    spawn(context, async () => { await random.pick(nodes).serve(async ({ endRoom }) => await endRoom({ caller: { userId: null, admin: true }, roomId })) })
  }
  await scheduler.run()
  for (let turn = 0; turn < TURNS; turn++) {
    await scheduler.run({ until: scheduler.now + DUE_MS })
    await together(context, nodes, async (node) => { await node.chargeRooms() })
  }
}

/** The ledger has each minute from the beginning of a broadcast to its end, by the clock alone, unless none was left. */
export async function checkMinutes (context: Context, { roomId, pages }: Told): Promise<void> {
  const { store } = context
  const wrong = (what: string): void => { violate(context, 'each minute of a broadcast is charged once', `${roomId}: ${what}`) }
  const entries = pages.flatMap((page) => page.entries.filter((entry) => entry.type === 'room'))
  const startedAt = entries.find(({ status }) => status === 'live')?.at
  const endedAt = (await store.rooms.find(roomId))?.endedAt ?? null
  const meter = await store.rooms.findMeter(roomId)
  if (startedAt === undefined) {
    if (meter !== null) wrong('there is a meter without a start')
    return
  }
  if (endedAt === null || meter?.dueAt !== null) {
    wrong(`at ${momentOf(context)} it has ended at ${endedAt}, and its meter is due at ${meter?.dueAt}`)
    return
  }
  const passed = Math.min(MINUTES_MAX, Math.max(1, Math.ceil((Date.parse(endedAt) - Date.parse(startedAt)) / MINUTE)))
  const { items } = await store.streamers.listEntries(meter.streamerId, ALL)
  const charged = items.filter(({ broadcastId }) => broadcastId === roomId).reduce((sum, { minutes }) => sum + minutes, 0)
  if (charged !== meter.chargedMinutes) wrong(`the ledger has ${charged} minutes, the meter ${meter.chargedMinutes}`)
  if (charged + meter.unchargedMinutes !== passed) wrong(`${passed} minutes have passed, ${charged} are charged and ${meter.unchargedMinutes} are not`)
  const left = await store.streamers.find(meter.streamerId)
  const spent = items.filter(({ kind }) => kind === 'spend').reduce((sum, { minutes }) => sum + minutes, 0)
  const isRight = left !== null && STREAMERS.includes(meter.streamerId) && left.minutesUsed === spent && left.minutesPurchased >= spent
  if (!isRight) wrong(`the ledger has spent ${spent} minutes, the streamer ${left?.minutesUsed} of ${left?.minutesPurchased}`)
  if (meter.unchargedMinutes > 0 && left !== null && left.minutesPurchased - left.minutesUsed > 0) wrong(`${meter.unchargedMinutes} minutes are not charged, and the streamer has some`)
}
