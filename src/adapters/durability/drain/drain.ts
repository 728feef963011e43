import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import { TOGETHER_MAX } from '#application/ports/message-store.js'
import type { OpenStores } from '#application/ports/stores.js'
import type { Entry } from '../journal/journal-state.js'
import { answerName } from '../outage/last-answers.js'
import type { Outage } from '../outage/outage.js'
import { carryOutRun } from '../writes/conversation-writes.js'
import { carryOut, keyOf, type JournaledWrite } from '../writes/journaled-write.js'

/** Keys that are carried out at the same time. It limits the load on the store beside the requests. */
const PARALLEL = 16
/** Entries of one call of `run`. */
const PIECE = 512
/** The rate is measured over this window. */
const RATE_WINDOW_MS = 5000

type Queue = ReadonlyArray<Entry<JournaledWrite>>

/** The payment as the queue's last write left it in the store. */
interface Latest {
  payment: Payment | null
}

export interface DrainObserver {
  /** The store has the write. */
  readonly carriedOut: (entry: Entry<JournaledWrite>) => void
  /** The write cannot be carried out and waits for a person. */
  readonly quarantined: (entry: Entry<JournaledWrite>, reason: string) => void
}

/** Carries out the waiting writes of the journal: each key's in their order, many keys at once, while the store answers. */
export class Drain {
  readonly #outage: Outage
  readonly #stores: OpenStores
  readonly #observer: DrainObserver
  readonly #nowMs: () => number
  #pieces: Array<{ readonly endMs: number, readonly count: number }> = []
  #startMs: number | null = null

  constructor (outage: Outage, stores: OpenStores, observer: DrainObserver, nowMs: () => number) {
    this.#outage = outage
    this.#stores = stores
    this.#observer = observer
    this.#nowMs = nowMs
  }

  /** Carries out up to `PIECE` writes. True where more can be carried out at once. */
  async run (signal: AbortSignal): Promise<boolean> {
    const { health, journal } = this.#outage
    if (health.isAway && !await health.probe()) {
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

  /** Writes carried out per second; null while there are none. */
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

  /** The oldest entries by key. */
  #queues (): Map<string, Queue> {
    const oldest = this.#outage.journal.pending().take(PIECE)
    return Map.groupBy(oldest, ({ value }) => keyOf(value))
  }

  /** Carries out a queue in its order until the store has no time for a write. Returns how many writes no longer wait. */
  async #carryOut (queue: Queue, signal: AbortSignal): Promise<number> {
    let done = 0
    const latest: Latest = { payment: null }
    for (const step of stepsOf(queue)) {
      if (signal.aborted) break
      const count = await this.#together(step) ? step.length : await this.#oneByOne(step, latest)
      done += count
      if (count < step.length) break
    }
    return done
  }

  /** Carries out several messages in one transaction. False where the step is no such run or fails; one by one, each message shows its error. */
  async #together (step: Queue): Promise<boolean> {
    const [first, ...others] = step.flatMap(({ value }) => value.kind === 'message' ? [value.message] : [])
    if (first === undefined || others.length === 0) return false
    try {
      await this.#outage.health.run(async () => { await carryOutRun([first, ...others], this.#stores) })
    } catch {
      return false
    }
    for (const entry of step) this.#settle(entry)
    return true
  }

  async #oneByOne (step: Queue, latest: Latest): Promise<number> {
    let done = 0
    for (const entry of step) {
      try {
        latest.payment = await this.#outage.callStore(async (remember) => {
          const payment = await carryOut(entry.value, this.#stores, { latest: latest.payment, newest: (stored) => this.#newestOf(stored) })
          if (payment !== null) remember(answerName.payment(payment.paymentId), payment)
          return payment
        })
        this.#settle(entry)
      } catch (error) {
        if (isForLater(error)) return done
        const reason = reasonOf(error)
        await this.#outage.quarantine(entry, reason)
        this.#observer.quarantined(entry, reason)
      }
      done++
    }
    return done
  }

  /** A payment that was read from the store, with the writes that wait or were carried out since. */
  #newestOf (stored: Payment): Payment {
    const newer = this.#outage.waiting.payments.get(stored.paymentId) ?? this.#outage.lastAnswer<Payment | null>(answerName.payment(stored.paymentId))
    return newer != null && newer.version > stored.version ? newer : stored
  }

  #settle (entry: Entry<JournaledWrite>): void {
    this.#outage.settle(entry)
    this.#observer.carriedOut(entry)
  }
}

/** Splits a queue into steps: runs of messages that follow each other, and single writes. */
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
  // After a failed sync, a client can have sent the same message again.
  return step.every((before) => before.value.kind === 'message' && before.value.message.messageId !== value.message.messageId)
}

function isForLater (error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'store_unavailable' || error.code === 'store_busy')
}

function reasonOf (error: unknown): string {
  if (error instanceof DomainError) return `${error.code}: ${error.message}`
  return String(error)
}
