import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import { TOGETHER_MAX } from '#application/ports/message-store.js'
import type { OpenStores } from '#application/ports/stores.js'
import { carryOut, carryOutTogether } from '../carry-out.js'
import type { Fallback } from '../outage/outage.js'
import type { Entry } from '../journal/journal-state.js'
import { keyOf, type JournaledWrite } from '../journaled-write.js'
import { paymentQuestion } from '../outage/questions.js'

/** Keys that are worked on at the same time: what the store is asked for beside the requests. */
const PARALLEL = 16
/** Entries of one piece of the work. */
const PIECE = 512
/** The rate is that of so many milliseconds. */
const RATE_WINDOW_MS = 5000

type Queue = ReadonlyArray<Entry<JournaledWrite>>

/** What a queue has left in the store. */
interface Last {
  payment: Payment | null
}

export interface DrainObserver {
  /** A write is where it belongs. */
  readonly carriedOut: (entry: Entry<JournaledWrite>) => void
  /** A write can't be carried out, and waits for a person. */
  readonly quarantined: (entry: Entry<JournaledWrite>, reason: string) => void
}

/** Brings what is in the journal into the store: each key's writes in their order, many keys at once, as long as the store is there. */
export class Drain {
  readonly #fallback: Fallback
  readonly #stores: OpenStores
  readonly #observer: DrainObserver
  readonly #nowMs: () => number
  #pieces: Array<{ readonly endMs: number, readonly count: number }> = []
  #startMs: number | null = null

  constructor (fallback: Fallback, stores: OpenStores, observer: DrainObserver, nowMs: () => number) {
    this.#fallback = fallback
    this.#stores = stores
    this.#observer = observer
    this.#nowMs = nowMs
  }

  /** One piece of the work; true where more can be done at once. */
  async run (signal: AbortSignal): Promise<boolean> {
    const { health, journal } = this.#fallback
    if (health.isAway && !await health.probe(this.#stores.ping)) {
      this.#startMs = null
      return false
    }
    if (journal.depth === 0) {
      this.#startMs = null
      return false
    }
    this.#startMs ??= this.#nowMs()
    const done = await this.#piece(signal)
    await journal.tidy()
    this.#pieces = [...this.#pieces, { endMs: this.#nowMs(), count: done }].filter(({ endMs }) => endMs > this.#nowMs() - RATE_WINDOW_MS)
    return done > 0 && journal.depth > 0
  }

  /** Writes a second that are carried out; null while none is. */
  get perSecond (): number | null {
    if (this.#startMs === null) return null
    const window = Math.min(this.#nowMs() - this.#startMs, RATE_WINDOW_MS)
    const count = this.#pieces.reduce((sum, piece) => sum + piece.count, 0)
    return window > 0 && count > 0 ? count / (window / 1000) : null
  }

  async #piece (signal: AbortSignal): Promise<number> {
    const queues = this.#queues().values()
    let done = 0
    await Promise.all(Array.from({ length: PARALLEL }, async () => {
      for (const queue of queues) {
        const count = await this.#carryOut(queue, signal)
        done += count
      }
    }))
    return done
  }

  /** The oldest entries, by their keys. */
  #queues (): Map<string, Queue> {
    const oldest = this.#fallback.journal.pending().take(PIECE)
    return Map.groupBy(oldest, ({ value }) => keyOf(value))
  }

  /** In their order, up to the one for which there is no time. How many are out of the way. */
  async #carryOut (queue: Queue, signal: AbortSignal): Promise<number> {
    let done = 0
    const last: Last = { payment: null }
    for (const step of stepsOf(queue)) {
      if (signal.aborted) break
      const count = await this.#together(step) ? step.length : await this.#oneByOne(step, last)
      done += count
      if (count < step.length) break
    }
    return done
  }

  /** In one step, because messages that wait are many. False where that can't be: one by one it shows what is against it. */
  async #together (step: Queue): Promise<boolean> {
    const [first, ...others] = step.flatMap(({ value }) => value.kind === 'message' ? [value.message] : [])
    if (first === undefined || others.length === 0) return false
    try {
      await this.#fallback.health.run(async () => { await carryOutTogether([first, ...others], this.#stores) })
    } catch {
      return false
    }
    for (const entry of step) this.#settle(entry)
    return true
  }

  async #oneByOne (step: Queue, last: Last): Promise<number> {
    let done = 0
    for (const entry of step) {
      try {
        last.payment = await this.#fallback.asked(async (remember) => {
          const payment = await carryOut(entry.value, this.#stores, last.payment)
          if (payment !== null) remember(paymentQuestion(payment.paymentId), payment)
          return payment
        })
        this.#settle(entry)
      } catch (error) {
        if (isForLater(error)) return done
        const reason = reasonOf(error)
        await this.#fallback.setAside(entry, reason)
        this.#observer.quarantined(entry, reason)
      }
      done++
    }
    return done
  }

  #settle (entry: Entry<JournaledWrite>): void {
    this.#fallback.settle(entry)
    this.#observer.carriedOut(entry)
  }
}

/** Messages that follow each other in one step, everything else alone. */
function * stepsOf (queue: Queue): Generator<Queue> {
  let step: Queue = []
  for (const entry of queue) {
    if (step.length > 0 && !follows(step, entry)) {
      yield step
      step = []
    }
    step = [...step, entry]
  }
  yield step
}

function follows (step: Queue, { value }: Entry<JournaledWrite>): boolean {
  if (value.kind !== 'message' || step.length === TOGETHER_MAX) return false
  // One whose file failed may have been put down once more.
  return step.every((before) => before.value.kind === 'message' && before.value.message.messageId !== value.message.messageId)
}

function isForLater (error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'store_unavailable' || error.code === 'store_busy')
}

function reasonOf (error: unknown): string {
  if (error instanceof DomainError) return `${error.code}: ${error.message}`
  return String(error)
}
