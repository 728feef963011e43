import { setTimeout } from 'node:timers/promises'
import { as } from '../../support/service.js'
import type { Restartable } from '../processes.js'
import { CHANNEL_SENDERS, membersOf, type World } from './world.js'

/** People who write in the room; a person may write there once a second. */
const ROOM_SENDERS = 10
const PAUSE_MS = 1000
const RETRY_MS = 250
const PATIENCE_MS = 10_000
/** One message of so many is sent once more after its answer, as by a client that lost it. */
const REPEATED = 5

/** Where a message goes, and so who has to see it. */
export type Audience = 'room' | 'channel' | `pair ${number}`

export interface Acknowledged {
  readonly audience: Audience
  /** The text, unlike any other. */
  readonly text: string
}

/** People who write one message after the other, each until it is acknowledged, under the same key through either node. */
export class Writers {
  acknowledged: Acknowledged[] = []
  count = 0
  /** Attempts without an answer, or with one to try again. */
  repeated = 0
  /** When each message that was not acknowledged and seen yet was sent last, in milliseconds. */
  readonly sentAtMs = new Map<string, number>()
  readonly #nodes: readonly Restartable[]
  readonly #over = new AbortController()
  #resumed = Promise.withResolvers<null>()
  readonly #running: ReadonlyArray<Promise<void>>
  #open = 0
  #isPaused = true

  /** `pairs` people write to one other each. They begin with `resume`. */
  constructor ({ nodes, roomId, channelId }: Pick<World, 'nodes' | 'roomId' | 'channelId'>, pairs: number) {
    this.#nodes = nodes
    const room = Array.from({ length: ROOM_SENDERS }, async (_, index) => { await this.#write('room', `sender${index}`, index, `/api/rooms/${roomId}/messages`) })
    const channel = membersOf(CHANNEL_SENDERS).map(async (userId, index) => { await this.#write('channel', userId, index, `/api/channels/${channelId}/messages`) })
    const own = Array.from({ length: pairs }, async (_, index) => { await this.#write(`pair ${index}`, `ayse${index}`, index, '/api/messages', { receiverId: `mehmet${index}` }) })
    this.#running = [...room, ...channel, ...own]
  }

  /** Has them begin no message more, and waits until all are acknowledged. Answers whether they are, in this time. */
  async pause (patienceMs: number): Promise<boolean> {
    if (!this.#isPaused) this.#resumed = Promise.withResolvers<null>()
    this.#isPaused = true
    for (const end = performance.now() + patienceMs; this.#open > 0 && performance.now() < end;) await setTimeout(50)
    return this.#open === 0
  }

  resume (): void {
    this.#isPaused = false
    this.#resumed.resolve(null)
  }

  async stop (): Promise<void> {
    this.#over.abort()
    this.resume()
    await Promise.all(this.#running)
  }

  async #write (audience: Audience, sender: string, turn: number, path: string, more: object = {}): Promise<void> {
    const { signal } = this.#over
    const isOwn = audience.startsWith('pair')
    for (let number = 0; !signal.aborted; number++) {
      await this.#resumed.promise
      const text = `${audience} ${sender} ${number}`
      const body = { ...more, [isOwn ? 'message' : 'text']: text, clientMessageId: text.replaceAll(' ', '-') }
      this.#open++
      const turns = await this.#untilTaken(turn + number, text, async (tries) => await this.#send(tries, path, sender, body))
      if (turns !== null) {
        this.acknowledged.push({ audience, text })
        this.count++
        if (number % REPEATED === 0) await this.#send(turns + 1, path, sender, body)
      }
      this.#open--
      await setTimeout(PAUSE_MS * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {})
    }
  }

  /** The turn in which the message was taken; null where none was before the end. */
  async #untilTaken (first: number, text: string, send: (turn: number) => Promise<boolean>): Promise<number | null> {
    for (let turn = first; !this.#over.signal.aborted; turn++) {
      this.sentAtMs.set(text, performance.now())
      if (await send(turn)) return turn
      this.repeated++
      await setTimeout(RETRY_MS)
    }
    return null
  }

  /** Whether it was acknowledged. @throws Error where it is refused for good */
  async #send (turn: number, path: string, sender: string, body: object): Promise<boolean> {
    const url = this.#nodes[turn % this.#nodes.length]?.url
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...as(sender) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => null)
    if (response === null) return false
    const answer = await response.text().catch(() => null)
    if (answer === null || response.status === 503 || response.status === 429) return false
    if (!response.ok) throw new Error(`${sender} was refused: ${response.status} ${answer}`)
    return true
  }
}
