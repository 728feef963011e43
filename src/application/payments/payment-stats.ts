import { dayRange, periodOf, sumOf, type DayFigures, type DayRange, type Figures, type Grouping } from '#domain/payments/payment-stats.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { Clock } from '../ports/system.js'
import { OUTBOX_SHARDS, type OutboxStore } from '../ports/outbox-store.js'
import type { StatsStore } from '../ports/read-models.js'

export interface PaymentStatsQuery {
  /** Days of creation (YYYY-MM-DD, in UTC), both inclusive. See `dayRange` for the defaults. */
  readonly from: string | null
  readonly to: string | null
  readonly groupBy: Grouping
}

export interface PeriodFigures {
  /** YYYY-MM-DD or YYYY-MM. */
  readonly period: string
  readonly figures: Figures
}

export interface CurrencyStats {
  readonly currency: string
  readonly figures: Figures
  /** Periods with payments, oldest first. */
  readonly series: readonly PeriodFigures[]
}

export interface PaymentStats extends DayRange {
  readonly groupBy: Grouping
  /** The figures contain everything that happened before, except for the parked events. */
  readonly asOf: Timestamp
  readonly parkedEvents: number
  /** Sorted by currency. */
  readonly currencies: readonly CurrencyStats[]
}

interface Ports {
  readonly stats: StatsStore
  readonly outbox: OutboxStore
  readonly clock: Clock
}

/**
 * Longer than a change takes to be stored after its events were dated, including retries of the store and differences between the
 * clocks of nodes. An event that is dated earlier is stored by now.
 */
export const SETTLED_MS = 15_000

/**
 * Statistics of payments by the day of their creation. The outbox is read before the figures and the parked events, so that
 * `asOf` never promises too much: an event that leaves the outbox meanwhile is in one or the other.
 */
export function makePaymentStats ({ stats, outbox, clock }: Ports) {
  /** @throws invalid_range */
  return async function paymentStats ({ from, to, groupBy }: PaymentStatsQuery): Promise<PaymentStats> {
    const now = clock()
    const range = dayRange(from, to, now)
    const oldest = await Promise.all(Array.from({ length: OUTBOX_SHARDS }, async (_, shard) => await outbox.read(shard, 1)))
    const asOf = oldest.flat().reduce((earliest, { occurredAt }) => occurredAt < earliest ? occurredAt : earliest, laterBy(now, -SETTLED_MS))
    const [days, parkedEvents] = await Promise.all([stats.read(range.from, range.to), outbox.countParked()])
    const byCurrency = Map.groupBy(days, ({ currency }) => currency)
    const currencies = [...byCurrency].sort(byName).map(([currency, days]) => currencyStats(currency, days, groupBy))
    return { ...range, groupBy, asOf, parkedEvents, currencies }
  }
}

function currencyStats (currency: string, days: readonly DayFigures[], groupBy: Grouping): CurrencyStats {
  const periods = [...Map.groupBy(days, ({ day }) => periodOf(day, groupBy))].sort(byName)
  const series = periods.map(([period, parts]) => ({ period, figures: sumOf(parts.map(({ figures }) => figures)) }))
  return { currency, figures: sumOf(series.map(({ figures }) => figures)), series }
}

function byName ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
