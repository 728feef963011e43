import { laterBy, MINUTE_MS, type Timestamp } from '#domain/time.js'
import { countWhole } from '../outbox/count-older.js'
import type { PaymentStore } from '../ports/payment-store.js'
import { RECOUNT_KNOWN_MS, type Recount, type StatsStore } from '../ports/read-models.js'
import type { Clock, Pause } from '../ports/system.js'

interface Ports {
  readonly payments: PaymentStore
  readonly stats: StatsStore
  readonly clock: Clock
  readonly pause: Pause
}

export interface RecountOptions {
  /** Counts anew what was counted already, because events went by a version that does not count by time. */
  readonly again: boolean
  readonly signal: AbortSignal
  /** Receives how many payments were looked at so far, in this run and those before it. */
  readonly onProgress: (looked: number) => void
}

const PAGE = 100
/** Every node knows of the recount before the first payment counts by its events alone. */
const SINCE_MS = RECOUNT_KNOWN_MS + MINUTE_MS

/**
 * Counts the payments that are older than the recount. Statistics go by the new figures once it has come to the end. It may be stopped or
 * killed at any moment and goes on where it was, because each payment is marked as counted in one step with its figures. It begins when
 * the last process of a version that does not count by time has stopped, because the events that such a process ends are counted nowhere.
 */
export function makeRecountPayments ({ payments, stats, clock, pause }: Ports) {
  /** Answers false where the signal stopped it. @throws Error where a later recount has begun */
  return async function recountPayments ({ again, signal, onProgress }: RecountOptions): Promise<boolean> {
    const found = await stats.recount()
    const isNew = found === null || (again && found.isComplete)
    let recount: Recount = isNew ? { since: laterBy(clock(), SINCE_MS), isComplete: false, position: null, looked: 0 } : found
    if (isNew) await save(recount)
    onProgress(recount.looked)
    await untilKnown(recount.since, signal)
    while (!recount.isComplete) {
      if (signal.aborted) return false
      recount = await countPage(recount)
      await save(recount)
      onProgress(recount.looked)
    }
    return true
  }

  /** Older payments are all stored by then, or else met by a dispatcher that knows of the recount. */
  async function untilKnown (since: Timestamp, signal: AbortSignal): Promise<void> {
    const wait = Date.parse(since) - Date.parse(clock())
    if (wait > 0) await pause(wait, signal)
  }

  async function countPage (recount: Recount): Promise<Recount> {
    const { since, position, looked } = recount
    const filter = { status: null, provider: null, userId: null, sellerId: null, flag: null, from: null, to: since }
    const { items, nextKey } = await payments.list(filter, { before: position, limit: PAGE })
    // A list may show a payment as it was before; what is counted is what is stored.
    await countWhole(stats, since, await payments.findMany(items.map(({ paymentId }) => paymentId)))
    return { since, position: nextKey, looked: looked + items.length, isComplete: nextKey === null }
  }

  async function save (recount: Recount): Promise<void> {
    if (!await stats.saveRecount(recount)) throw new Error('a later recount has begun')
  }
}
