/** A process of clients that follow one stream each, and come back to the other node when theirs sends them away. It tells its parent how many it has. */
import { setTimeout } from 'node:timers/promises'
import { FeedCheck, OwnCheck } from './checks.js'
import { Reader } from './reader.js'

export interface StormOrder {
  readonly first: number
  readonly count: number
  readonly roomId: string
  /** Of the node that the clients begin at, and of the one that they come back to. */
  readonly urls: readonly [string, string]
}

export interface StormReport {
  readonly connected: number
  /** Clients that were sent away or cut, and have begun to read at the other node. */
  readonly back: number
  /** When the newest of them did, in milliseconds since 1970. */
  readonly lastBackMs: number
  /** Connections that a node asked to come later, and those that did not begin. */
  readonly turnedAway: number
  readonly failed: number
  readonly gaps: number
  readonly doubled: number
  readonly resets: number
  readonly refusals: readonly string[]
  /** Clients that have seen each text, by the text. */
  readonly seen: Readonly<Record<string, number>>
}

/** One client of so many reads their own events, the others the room. */
const OWN = 5
/** Clients that begin to connect at the same time. */
const AT_ONCE = 50
const REPORT_MS = 100

process.once('message', (order: StormOrder) => { follow(order).catch((error: unknown) => { throw error }) })

async function follow ({ first, count, roomId, urls }: StormOrder): Promise<void> {
  let [back, lastBackMs] = [0, 0]
  const seen: Record<string, number> = {}
  const onSeen = (text: string): void => { seen[text] = (seen[text] ?? 0) + 1 }
  const readers = Array.from({ length: count }, (_, index) => {
    let begun = 0
    const isOwn = index % OWN === 0
    const nextUrl = (): string => urls[begun === 0 ? 0 : 1]
    const on = (what: 'hello' | 'away'): void => {
      if (what === 'away') return
      begun++
      if (begun !== 2) return
      back++
      lastBackMs = Date.now()
    }
    return new Reader({ path: isOwn ? '/api/events' : `/api/rooms/${roomId}/events`, userId: `client${first + index}`, check: isOwn ? new OwnCheck(onSeen) : new FeedCheck(onSeen), nextUrl, on })
  })
  const connected = (): number => readers.filter(({ isConnected }) => isConnected).length
  setInterval(() => {
    const sum = (fault: 'gaps' | 'doubled' | 'resets'): number => readers.reduce((total, { options: { check: { faults } } }) => total + faults[fault], 0)
    const report: StormReport = { connected: connected(), back, lastBackMs, turnedAway: readers.reduce((total, { turnedAway }) => total + turnedAway, 0), failed: readers.reduce((total, { failed }) => total + failed, 0), gaps: sum('gaps'), doubled: sum('doubled'), resets: sum('resets'), refusals: readers.flatMap(({ refusals }) => refusals), seen }
    process.send?.(report)
  }, REPORT_MS)
  for (let begun = 0; begun < count; begun += AT_ONCE) {
    const some = readers.slice(begun, begun + AT_ONCE)
    for (const reader of some) reader.start()
    while (!some.every(({ isConnected }) => isConnected)) await setTimeout(5)
  }
}
