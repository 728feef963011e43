import { DomainError } from '#domain/errors.js'
import { hourOf, SLOT_MS, slotStart, type PerformanceKind, type PerformanceRow, type SlowRequest } from '#domain/performance/performance-row.js'
import { countFigures, emptyTally, shownMs, summaryOf, type Tally, type TallySummary } from '#domain/performance/tally.js'
import { DAY_MS, HOUR_MS, laterBy, type Timestamp } from '#domain/time.js'
import type { PageRequest } from '../ports/page.js'
import type { PerformanceStore } from '../ports/performance-store.js'
import type { Clock } from '../ports/system.js'

export interface SlotRange {
  /** Null: an hour before `to`. */
  readonly from: Timestamp | null
  /** The first moment after the range; null for the present one, or a day after `from` where that is earlier. */
  readonly to: Timestamp | null
}

export interface PerformanceQuery extends SlotRange {
  readonly kind: PerformanceKind
  /** Null for all names together. */
  readonly name: string | null
}

export interface Performance {
  readonly total: TallySummary
  /** Slots in which something was counted, oldest first. */
  readonly series: ReadonlyArray<TallySummary & { readonly at: Timestamp }>
  /** The names that took most time together, with that time in milliseconds. */
  readonly byName: ReadonlyArray<TallySummary & { readonly name: string, readonly spent: number }>
  /** The figures hold what was measured in slots that began before. */
  readonly asOf: Timestamp
}

export type PerformanceUseCases = ReturnType<typeof makePerformanceUseCases>

/** A day, also the one on which clocks are set back. */
const RANGE_MAX_MS = 25 * HOUR_MS
const BYTES_MAX = 50_000_000
const HOURS_AT_ONCE = 4
const ROWS_AT_ONCE = 50
const NAMES_SHOWN = 50
/** How long after the end of a slot its rows may be written. */
const LATE_MS = 15_000

/** What administrators read of the performance log. */
export function makePerformanceUseCases ({ performanceRows, clock }: { readonly performanceRows: PerformanceStore, readonly clock: Clock }) {
  return {
    /** @throws invalid_range for more than 25 hours, or more rows than one answer is made of */
    readPerformance: async ({ kind, name, ...range }: PerformanceQuery): Promise<Performance> => {
      const total = emptyTally()
      const slots = new Map<Timestamp, Tally>()
      const names = new Map<string, Tally>()
      await eachRow(range, ({ slotAt, figures }) => {
        for (const one of figures) {
          if (one.kind !== kind || (name !== null && one.name !== name)) continue
          for (const tally of [total, tallyIn(slots, slotAt), tallyIn(names, one.name)]) countFigures(tally, one)
        }
      })
      return {
        total: summaryOf(total),
        series: [...slots].sort(([one], [other]) => one.localeCompare(other)).map(([at, tally]) => ({ at, ...summaryOf(tally) })),
        byName: [...names].sort(([, one], [, other]) => other.spentMs - one.spentMs).slice(0, NAMES_SHOWN)
          .map(([name, tally]) => ({ name, ...summaryOf(tally), spent: shownMs(tally.spentMs) })),
        asOf: new Date(slotStart(Date.parse(clock()) - LATE_MS)).toISOString(),
      }
    },

    /** The slowest requests of each slot, the slowest first. @throws invalid_range */
    listSlowRequests: async (range: SlotRange, limit: number): Promise<readonly SlowRequest[]> => {
      let slowest: SlowRequest[] = []
      await eachRow(range, (row) => {
        slowest = [...slowest, ...row.slowest].sort((one, other) => other.ms - one.ms).slice(0, limit)
      })
      return slowest.map(({ ms, ...request }) => ({ ...request, ms: shownMs(ms) }))
    },
  }

  /** Calls `use` with each row of slots that began in the range, in no order. */
  async function eachRow ({ from, to }: SlotRange, use: (row: PerformanceRow) => void): Promise<void> {
    const now = clock()
    const end = to ?? (from === null ? now : earlier(now, laterBy(from, DAY_MS)))
    const start = from ?? laterBy(end, -HOUR_MS)
    if (Date.parse(end) - Date.parse(start) > RANGE_MAX_MS) throw new DomainError('invalid_range', 'choose a range of at most a day')
    const hours = hoursIn(start, laterBy(end, -1))
    let bytes = 0
    const useAll = (rows: readonly PerformanceRow[]): void => {
      for (const row of rows) {
        bytes += bytesOf(row)
        if (bytes > BYTES_MAX) throw new DomainError('invalid_range', 'so many rows are in this range that one answer cannot be made of them; choose a shorter one')
        if (row.slotAt >= start && row.slotAt < end && row.expiresAt > now) use(row)
      }
    }
    while (hours.length > 0) await Promise.all(hours.splice(0, HOURS_AT_ONCE).map(async (hour) => { await eachPage(hour, useAll) }))
  }

  async function eachPage (hour: string, use: (rows: readonly PerformanceRow[]) => void): Promise<void> {
    let before: PageRequest['before'] = null
    do {
      const { items, nextKey } = await performanceRows.list(hour, { before, limit: ROWS_AT_ONCE })
      use(items)
      before = nextKey
    } while (before !== null)
  }
}

function earlier (one: Timestamp, other: Timestamp): Timestamp {
  return one < other ? one : other
}

/** The hours from that of one moment to that of another. */
function hoursIn (start: Timestamp, end: Timestamp): string[] {
  const hours: string[] = []
  for (let at = start; hourOf(at) <= hourOf(end); at = laterBy(at, HOUR_MS)) hours.push(hourOf(at))
  return hours
}

function tallyIn<Key> (tallies: Map<Key, Tally>, key: Key): Tally {
  const tally = tallies.get(key) ?? emptyTally()
  tallies.set(key, tally)
  return tally
}

/** About what the row takes in the database. */
function bytesOf ({ figures }: PerformanceRow): number {
  return figures.reduce((sum, { name, sketch }) => sum + name.length + sketch.length + 80, 0)
}

/** Seconds. */
export const STEP_S = SLOT_MS / 1000
