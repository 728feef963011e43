import { setTimeout } from 'node:timers/promises'
import { FeedCheck, OwnCheck } from './checks.js'
import { Reader } from './reader.js'
import type { Acknowledged, Audience } from './writers.js'
import type { World } from './world.js'

const POLL_MS = 100

/** A reader, and the messages that they have to see. */
interface Placed {
  readonly reader: Reader
  readonly audience: Audience
}

export interface ReadersFindings {
  readonly gaps: number
  readonly doubled: number
  readonly resets: number
  readonly refusals: readonly string[]
  readonly connections: number
  readonly repeats: number
}

/** People who read: half of them a room, a fifth a channel, the others their own events. They go to either node. */
export class Readers {
  readonly #placed: readonly Placed[]
  /** How long each message took to each reader, in milliseconds. */
  delaysMs: number[] = []

  constructor ({ nodes, roomId, channelId }: Pick<World, 'nodes' | 'roomId' | 'channelId'>, count: number, sentAtMs: ReadonlyMap<string, number>) {
    const onSeen = (text: string): void => {
      const sent = sentAtMs.get(text)
      if (sent !== undefined) this.delaysMs.push(performance.now() - sent)
    }
    let turn = 0
    const nextUrl = (): string => String(nodes[turn++ % nodes.length]?.url)
    this.#placed = Array.from({ length: count }, (_, index): Placed => {
      const place = index % 10
      if (place < 5) return { audience: 'room', reader: new Reader({ path: `/api/rooms/${roomId}/events`, userId: `viewer${index}`, check: new FeedCheck(onSeen), nextUrl }) }
      if (place < 7) return { audience: 'channel', reader: new Reader({ path: `/api/channels/${channelId}/events`, userId: `viewer${index}`, check: new FeedCheck(onSeen), nextUrl }) }
      const own = Math.floor(index / 10) * 3 + place - 7
      const pair = Math.floor(own / 2)
      return { audience: `pair ${pair}`, reader: new Reader({ path: '/api/events', userId: `${own % 2 === 0 ? 'ayse' : 'mehmet'}${pair}`, check: new OwnCheck(onSeen), nextUrl }) }
    })
  }

  /** Of so many readers, those who read their own events are in so many pairs, the last of which may lack one. */
  static pairs (count: number): number {
    return Math.ceil(Math.floor(count / 10) * 3 / 2)
  }

  async start (): Promise<void> {
    for (const { reader } of this.#placed) reader.start()
    while (!this.#placed.every(({ reader }) => reader.isConnected)) await setTimeout(POLL_MS)
  }

  async stop (): Promise<void> {
    await Promise.all(this.#placed.map(async ({ reader }) => { await reader.stop() }))
  }

  /** Cuts the connection of one of them. */
  cutOne (): void {
    this.#placed[Math.floor(Math.random() * this.#placed.length)]?.reader.cut()
  }

  /** Waits until all have seen what was acknowledged, or the time is over. Answers what was not seen, once for each who should have seen it. */
  async unseen (acknowledged: readonly Acknowledged[], patienceMs: number): Promise<string[]> {
    const texts = Map.groupBy(acknowledged, ({ audience }) => audience)
    const end = performance.now() + patienceMs
    for (;;) {
      const missing = this.#placed.flatMap(({ reader: { options: { userId, check }, state }, audience }) =>
        (texts.get(audience) ?? []).filter(({ text }) => !check.seen.has(text)).map(({ text }) => `${userId}, who ${state}: ${text}`))
      if (missing.length === 0 || performance.now() > end) return missing
      await setTimeout(POLL_MS)
    }
  }

  /** What they have found so far. */
  get findings (): ReadersFindings {
    const checks = this.#placed.map(({ reader }) => reader.options.check)
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
    return {
      gaps: sum(checks.map(({ faults }) => faults.gaps)),
      doubled: sum(checks.map(({ faults }) => faults.doubled)),
      resets: sum(checks.map(({ faults }) => faults.resets)),
      repeats: sum(checks.map(({ repeats }) => repeats)),
      refusals: this.#placed.flatMap(({ reader }) => reader.refusals),
      connections: sum(this.#placed.map(({ reader }) => reader.connections)),
    }
  }
}
