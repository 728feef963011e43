import { setTimeout } from 'node:timers/promises'
import { clock, identity } from '#adapters/system/system.js'
import { makeSendMessage } from '#application/messages/send-message.js'
import type { OpenStores } from '#application/ports/stores.js'
import { liveRoom, nodeOn, say, TEXT } from './rooms.js'

/** Callers who each wait for the answer before they send the next message. */
export const CALLERS = [50, 250]
/** The ways take turns, because service and engine get faster over time. */
const TURNS = 3
const TURN_MS = 3000
export const RATE_PER_S = 500
export const ROOMS = 10
const RATE_MS = 15_000

export interface Pace {
  readonly perSecond: number
  /** Processor time of this process for a message, in microseconds. The engine is another process. */
  readonly micros: number
}

/** Messages through the feed of one room, and the same number of callers who each send messages in a transaction of their own. */
export async function measureAppends (stores: OpenStores, callers: number): Promise<{ readonly feed: Pace, readonly transactions: Pace }> {
  const roomId = await liveRoom(stores)
  const node = nodeOn(stores)
  const sendMessage = makeSendMessage({ ...stores, identity, clock, isReachable: async () => true, firstMessagesPerDay: 0 })
  let sent = 0
  const ways = {
    feed: async () => { await say(node, roomId) },
    transactions: async (caller: number) => {
      await sendMessage({ senderId: `sender-${caller}`, receiverId: `receiver-${caller}`, message: TEXT, type: 'text', metadata: {}, key: `k-${sent++}` })
    },
  }
  const sums = { feed: { count: 0, ms: 0, micros: 0 }, transactions: { count: 0, ms: 0, micros: 0 } }
  // The first turn warms up, and does not count.
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const way of ['feed', 'transactions'] as const) {
      const one = await during(ways[way], callers)
      if (turn === 0) continue
      sums[way].count += one.count
      sums[way].ms += one.ms
      sums[way].micros += one.micros
    }
  }
  const paceOf = ({ count, ms, micros }: typeof sums.feed): Pace => ({ perSecond: count / ms * 1000, micros: micros / count })
  return { feed: paceOf(sums.feed), transactions: paceOf(sums.transactions) }
}

async function during (send: (caller: number) => Promise<void>, callers: number): Promise<{ count: number, ms: number, micros: number }> {
  const start = performance.now()
  const before = process.cpuUsage()
  let count = 0
  await Promise.all(Array.from({ length: callers }, async (_, caller) => {
    for (; performance.now() < start + TURN_MS; count++) await send(caller)
  }))
  const { user, system } = process.cpuUsage(before)
  return { count, ms: performance.now() - start, micros: user + system }
}

/** The time from the moment at which a message is due to its acknowledgement, in milliseconds, at a steady rate over some rooms. */
export async function measureRate (stores: OpenStores): Promise<{ readonly perSecond: number, readonly p50: number, readonly p99: number }> {
  const roomIds: string[] = []
  for (let room = 0; room < ROOMS; room++) roomIds.push(await liveRoom(stores))
  const node = nodeOn(stores)
  const took: number[] = []
  const open = new Set<Promise<void>>()
  const start = performance.now()
  for (let begun = 0; performance.now() < start + RATE_MS;) {
    for (; begun < (performance.now() - start) * RATE_PER_S / 1000; begun++) {
      const dueMs = start + begun * 1000 / RATE_PER_S
      const one: Promise<void> = say(node, roomIds[begun % ROOMS] ?? '').then(() => {
        took.push(performance.now() - dueMs)
        open.delete(one)
      })
      open.add(one)
    }
    await setTimeout(1)
  }
  await Promise.all(open)
  const perSecond = took.length / (performance.now() - start) * 1000
  took.sort((a, b) => a - b)
  const at = (share: number): number => took[Math.ceil(took.length * share) - 1] ?? NaN
  return { perSecond, p50: at(0.5), p99: at(0.99) }
}
