import type { Calendar } from '../calendar.js'
import { dayAfter, type Timestamp } from '../time.js'
import type { DayRange, SliceFigures } from './payment-stats.js'

/**
 * Figures are kept in slices of time in UTC, the same figures in each grain. A question takes the coarsest grain that has an edge wherever
 * a day of its time zone begins: days for UTC, hours for Istanbul, quarters of an hour for Kathmandu.
 */
export const GRAINS = ['day', 'hour', 'quarter'] as const
export type Grain = typeof GRAINS[number]

const LENGTHS = { day: 'YYYY-MM-DD'.length, hour: 'YYYY-MM-DDTHH'.length, quarter: 'YYYY-MM-DDTHH:MM'.length } as const
const QUARTER_MINUTES = 15

/** The slice of a moment, named by its beginning. The names of a grain sort as their times do. */
export function sliceOf (moment: Timestamp, grain: Grain): string {
  const slice = moment.slice(0, LENGTHS[grain])
  if (grain !== 'quarter') return slice
  const minutes = Number(slice.slice(-2))
  return `${slice.slice(0, -2)}${String(minutes - minutes % QUARTER_MINUTES).padStart(2, '0')}`
}

/** Days of a time zone, and where they lie in the slices of a grain. */
export interface SlicedDays {
  readonly grain: Grain
  readonly days: readonly string[]
  /** The first slice of each day, and of the first day after them. */
  readonly edges: readonly string[]
}

export function slicedDays ({ from, to }: DayRange, { startOf }: Calendar): SlicedDays {
  const days: string[] = []
  for (let day = from; day <= to; day = dayAfter(day)) days.push(day)
  const starts = [...days, dayAfter(to)].map(startOf)
  const has = (grain: Grain): boolean => starts.every((start) => start === sliceOf(start, grain) + 'YYYY-MM-DDT00:00:00.000Z'.slice(LENGTHS[grain]))
  const grain = has('day') ? 'day' : has('hour') ? 'hour' : 'quarter'
  return { grain, days, edges: starts.map((start) => sliceOf(start, grain)) }
}

/** The figures of slices by the day in which they lie, from old to new. All of them lie within the days. */
export function byDay (found: readonly SliceFigures[], { days, edges }: SlicedDays): ReadonlyMap<string, readonly SliceFigures[]> {
  const sorted = found.toSorted((one, other) => one.slice < other.slice ? -1 : 1)
  let day = 0
  return Map.groupBy(sorted, ({ slice }) => {
    while (slice >= String(edges[day + 1])) day++
    return String(days[day])
  })
}
