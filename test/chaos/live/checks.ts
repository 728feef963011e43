import { distance, positionIn, type LogPosition } from '#application/live/position.js'
import type { StreamEvent } from '../../support/live.js'

/** What a reader has found out about their stream. Each number but that of repeats has to stay 0. */
export interface Faults {
  /** Places at which something was left out: a page, or part of the event log. */
  gaps: number
  /** What came twice under different ids. */
  doubled: number
  /** Positions that were not there any more, or not known. */
  resets: number
}

/** Looks at all that a reader gets of one stream, over all their connections. */
export interface StreamCheck {
  /** The position behind which the reader continues; null before the first one. */
  readonly last: string | null
  readonly faults: Faults
  /** Events that came again under an id that the reader had, and were dropped. */
  readonly repeats: number
  /** The texts of messages that came, each once. */
  readonly seen: ReadonlySet<string>
  readonly take: (event: StreamEvent) => void
}

const noFaults = (): Faults => ({ gaps: 0, doubled: 0, resets: 0 })

/** Calls back with the text of each message that came for the first time. */
type OnSeen = (text: string) => void

/** What holds of every stream: it begins where the reader was. */
abstract class Check implements StreamCheck {
  last: string | null = null
  readonly faults = noFaults()
  repeats = 0
  readonly seen = new Set<string>()
  protected readonly ids = new Set<string>()
  protected readonly onSeen: OnSeen

  constructor (onSeen: OnSeen = () => {}) {
    this.onSeen = onSeen
  }

  protected abstract takeOther (event: StreamEvent): void

  take (sent: StreamEvent): void {
    const { event, id } = sent
    if (event === 'hello') this.last ??= id
    if (event === 'hello' && id !== this.last) this.faults.gaps++
    if (event === 'reset') {
      this.faults.resets++
      this.last = id
    }
    this.takeOther(sent)
  }
}

/** Looks at the pages of a room or channel: their numbers have to be dense. */
export class FeedCheck extends Check {
  protected takeOther ({ event, id, data }: StreamEvent): void {
    if (event === 'entries') this.#takePage(Number(id), data)
  }

  #takePage (page: number, { page: number, entries }: StreamEvent['data']): void {
    const last = Number(this.last)
    if (page <= last) {
      this.repeats++
      return
    }
    if (page !== last + 1 || page !== number) this.faults.gaps++
    this.last = String(page)
    for (const { kind, messageId, text } of entries as ReadonlyArray<Readonly<Record<string, unknown>>>) {
      if (kind !== 'message') continue
      if (this.ids.has(String(messageId)) || this.seen.has(String(text))) this.faults.doubled++
      this.ids.add(String(messageId))
      this.seen.add(String(text))
      this.onSeen(String(text))
    }
  }
}

/** Looks at one's own events: their positions have to grow, and what is missing shows by the messages that were acknowledged. */
export class OwnCheck extends Check {
  readonly #events = new Set<string>()

  protected takeOther ({ event, id, data }: StreamEvent): void {
    if (event === 'message' && id !== null) this.#takeMessage(id, data)
    if (event === 'position' && id !== this.last) this.#moveTo(id)
  }

  /** Positions grow. */
  #moveTo (id: string | null): void {
    if (!isBehind(this.last, id)) this.faults.gaps++
    this.last = id
  }

  #takeMessage (id: string, { type, messageId, message }: StreamEvent['data']): void {
    if (this.ids.has(id)) {
      this.repeats++
      return
    }
    this.ids.add(id)
    this.#moveTo(id)
    const name = `${String(type)} ${String(messageId)}`
    if (this.#events.has(name)) this.faults.doubled++
    this.#events.add(name)
    const { message: text } = Object(message) as { readonly message?: unknown }
    // A message that is gone, or was sent to the wrong person, is one that is missing.
    if (typeof text !== 'string') return
    this.seen.add(text)
    this.onSeen(text)
  }
}

function isBehind (last: string | null, id: string | null): boolean {
  const [from, to] = [positionOf(last), positionOf(id)]
  return from !== null && to !== null && Number(distance(from, to)) > 0
}

function positionOf (word: string | null): LogPosition | null {
  return word === null ? null : positionIn(word)
}
