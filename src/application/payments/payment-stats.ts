import { calendarOf, type Calendar } from '#domain/calendar.js'
import { DomainError } from '#domain/errors.js'
import { dayRange, periodOf, periodsIn, sumOf, type DayRange, type Figures, type Grouping, type SliceFigures } from '#domain/payments/payment-stats.js'
import { byDay, slicedDays, type SlicedDays } from '#domain/payments/stats-slices.js'
import { dayAfter, laterBy, type Timestamp } from '#domain/time.js'
import type { Clock } from '../ports/system.js'
import { OUTBOX_SHARDS, type OutboxStore } from '../ports/outbox-store.js'
import { BY_CREATION, byChange, type StatsStore } from '../ports/read-models.js'

export interface PaymentStatsQuery {
  /** Days (YYYY-MM-DD), both inclusive. See `dayRange` for the defaults. */
  readonly from: string | null
  readonly to: string | null
  /** The zone of the days; null for that of the shop. */
  readonly timeZone: string | null
  readonly groupBy: Grouping
  /** `zero`: the series have every period of the range. */
  readonly fill?: 'zero' | undefined
}

export interface PeriodFigures {
  /** YYYY-MM-DD or YYYY-MM. */
  readonly period: string
  readonly figures: Figures
}

export interface CurrencyStats {
  readonly currency: string
  readonly figures: Figures
  /** Periods in which something happened, or all of them where the query says so, oldest first. */
  readonly series: readonly PeriodFigures[]
}

export interface PaymentStats extends DayRange {
  readonly timeZone: string
  readonly groupBy: Grouping
  /** The figures contain everything that happened before, except for the parked events. */
  readonly asOf: Timestamp
  readonly parkedEvents: number
  /** Sorted by currency. */
  readonly currencies: readonly CurrencyStats[]
}

export interface PaymentStatsPorts {
  readonly stats: StatsStore
  readonly outbox: OutboxStore
  readonly clock: Clock
  /** A name of the IANA database. */
  readonly shopTimeZone: string
}

/**
 * Longer than a change takes to be stored after its events were dated, including retries of the store and differences between the
 * clocks of nodes. An event that is dated earlier is stored by now.
 */
export const SETTLED_MS = 15_000

/** Up to when all events have taken effect, but for the parked ones. */
export async function countedUntil (outbox: OutboxStore, now: Timestamp): Promise<Timestamp> {
  const oldest = await Promise.all(Array.from({ length: OUTBOX_SHARDS }, async (_, shard) => await outbox.read(shard, 1)))
  return oldest.flat().reduce((earliest, { occurredAt }) => occurredAt < earliest ? occurredAt : earliest, laterBy(now, -SETTLED_MS))
}

/** The zone of the days on which version 0.1.0 counts. */
const CREATION_ZONE = 'UTC'

/**
 * Statistics of payments by the day on which each change was stored. Until a recount has counted what happened before, by the day of their
 * creation, in UTC alone. The outbox is read before the figures and the parked events, so that `asOf` never promises too much: an
 * event that leaves the outbox meanwhile is in one or the other.
 */
export function makePaymentStats ({ stats, outbox, clock, shopTimeZone }: PaymentStatsPorts) {
  /** @throws invalid_range, unknown_time_zone, recount_unfinished */
  return async function paymentStats ({ from, to, timeZone: wanted, groupBy, fill }: PaymentStatsQuery): Promise<PaymentStats> {
    const recount = await stats.recount()
    const since = recount?.isComplete === true ? recount.since : null
    const timeZone = wanted ?? (since === null ? CREATION_ZONE : shopTimeZone)
    const calendar = calendarOf(timeZone)
    if (since === null && timeZone !== CREATION_ZONE) throw new DomainError('recount_unfinished', 'payments are not yet counted by the days of this time zone')
    const now = clock()
    const range = dayRange(from, to, calendar.dayOf(now))
    const asOf = await countedUntil(outbox, now)
    const [found, parkedEvents] = await Promise.all([since === null ? figuresByCreation(range) : figuresByChange(range, calendar, since), outbox.countParked()])
    const byCurrency = Map.groupBy(found.figures, ({ currency }) => currency)
    const empty = fill === 'zero' ? periodsIn(range, groupBy) : []
    const currencies = [...byCurrency].sort(byName).map(([currency, figures]) => filled(currencyStats(currency, figures, found.days, groupBy), empty))
    return { ...range, timeZone, groupBy, asOf, parkedEvents, currencies }
  }

  async function figuresByCreation (range: DayRange): Promise<Found> {
    const days = slicedDays(range, calendarOf(CREATION_ZONE))
    return { days, figures: await stats.read(BY_CREATION, range.from, dayAfter(range.to)) }
  }

  async function figuresByChange (range: DayRange, calendar: Calendar, since: Timestamp): Promise<Found> {
    const days = slicedDays(range, calendar)
    return { days, figures: await stats.read(byChange(days.grain, since), String(days.edges[0]), String(days.edges.at(-1))) }
  }
}

interface Found {
  readonly days: SlicedDays
  readonly figures: readonly SliceFigures[]
}

function currencyStats (currency: string, found: readonly SliceFigures[], days: SlicedDays, groupBy: Grouping): CurrencyStats {
  const periods = Map.groupBy(byDay(found, days), ([day]) => periodOf(day, groupBy))
  const series = [...periods].map(([period, parts]) => ({ period, figures: sumOf(parts.flatMap(([, slices]) => slices.map(({ figures }) => figures))) }))
  return { currency, figures: sumOf(series.map(({ figures }) => figures)), series }
}

/** With these periods too. A period without figures is zero. */
function filled ({ series, ...stats }: CurrencyStats, periods: readonly string[]): CurrencyStats {
  const figures = new Map<string, Figures>([...periods.map((period) => [period, {}] as const), ...series.map(({ period, figures }) => [period, figures] as const)])
  return { ...stats, series: [...figures].map(([period, figures]) => ({ period, figures })) }
}

function byName ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
