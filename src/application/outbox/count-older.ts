import { versionOf, type PaymentEvent } from '#domain/payments/decision.js'
import { wholeCount } from '#domain/payments/payment-recount.js'
import { countedIn, type FiguresChange } from '#domain/payments/payment-stats.js'
import type { Payment } from '#domain/payments/payment.js'
import { GRAINS, sliceOf } from '#domain/payments/stats-slices.js'
import type { Timestamp } from '#domain/time.js'
import { isPaymentEvent, type OutboxEvent, type StatsWrite } from '../ports/outbox-store.js'
import type { PaymentStore } from '../ports/payment-store.js'
import { byChange, type StatsStore } from '../ports/read-models.js'
import type { Counting } from './effect.js'
import { batchesOf, merged } from './plan.js'

/** Whether the event is in no whole count of its payment. */
export function isCounting (event: PaymentEvent, { since, versions }: Counting): boolean {
  return event.data.createdAt >= since || versionOf(event) > (versions.get(event.subjectId) ?? Infinity)
}

/** The writes of a change to the figures by time, one in each grain. */
export function slicesOf ({ at, currency, add }: FiguresChange, since: Timestamp): StatsWrite[] {
  return GRAINS.map((grain) => ({ kind: 'stats', family: byChange(grain, since), slice: sliceOf(at, grain), currency, add }))
}

interface Ports {
  readonly payments: PaymentStore
  readonly stats: StatsStore
}

/**
 * For a dispatcher: which of these events count by their time; null while no recount has begun. An older payment that no recount has met is
 * counted as a whole here, so that none of its events is lost or counted twice, whichever comes first.
 */
export function makeCountOlder ({ payments, stats }: Ports) {
  return async function countOlder (events: readonly OutboxEvent[]): Promise<Counting | null> {
    const recount = await stats.recount()
    if (recount === null) return null
    const { since } = recount
    const older = events.filter((event) => isPaymentEvent(event) && event.data.createdAt < since && countedIn(event) !== null)
    const ids = [...new Set(older.map(({ subjectId }) => subjectId))]
    if (ids.length === 0) return { since, versions: new Map() }
    const versions = await stats.counted(since, ids)
    const missing = ids.filter((id) => !versions.has(id))
    if (missing.length === 0) return { since, versions }
    await countWhole(stats, since, await payments.findMany(missing))
    return { since, versions: await stats.counted(since, ids) }
  }
}

/** Counts payments as wholes, unless they are counted already. Those of the earlier application count by the event with which the back-fill writes them. */
export async function countWhole (stats: StatsStore, since: Timestamp, payments: readonly Payment[]): Promise<void> {
  const planned = payments.filter(({ version }) => version > 0).map((payment) => ({ payment, writes: merged(wholeCount(payment).flatMap((change) => slicesOf(change, since))) }))
  for (const batch of batchesOf(planned)) {
    let left = batch
    do {
      const counted = await stats.counted(since, left.map(({ payment }) => payment.paymentId))
      left = left.filter(({ payment }) => !counted.has(payment.paymentId))
      // False: another process has counted one of them meanwhile.
    } while (left.length > 0 && !await stats.count(since, left.map(({ payment }) => payment), merged(left.flatMap(({ writes }) => writes))))
  }
}
