import { Type } from '@sinclair/typebox'
import { DAY_MS, dayOf, laterBy, startOfDay, type Timestamp } from '#domain/time.js'
import { HttpProblem } from './problem.js'

const DAY = '[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])'
const TIME = 'T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?(Z|[+-](0\\d|1[0-4]):[0-5]\\d)'
const PATTERN = `^${DAY}(${TIME})?$`
const DAY_LENGTH = 10

/** Filters of a list by the time of creation. */
export const RANGE = {
  from: Type.Optional(Type.String({ pattern: PATTERN, description: 'Created then or later: a moment of ISO 8601, or a day in UTC' })),
  to: Type.Optional(Type.String({ pattern: PATTERN, description: 'Created before that moment; a day in UTC is included as a whole' })),
}

export interface TimeRange {
  readonly from: Timestamp | null
  /** The first moment that is no longer in the range. */
  readonly to: Timestamp | null
}

/** @throws validation_failed for a day that is in no calendar, or a range that ends before it begins */
export function timeRange ({ from, to }: { readonly from?: string | undefined, readonly to?: string | undefined }): TimeRange {
  const range = { from: from === undefined ? null : momentOf('from', from, 0), to: to === undefined ? null : momentOf('to', to, DAY_MS) }
  if (range.from !== null && range.to !== null && range.from > range.to) throw new HttpProblem('validation_failed', '/querystring/to lies before from')
  return range
}

/** @param ofDayMs which moment a day stands for, counted from its beginning */
function momentOf (name: string, text: string, ofDayMs: number): Timestamp {
  const day = dayOf(text)
  // What reads dates takes the 30th of February for the 2nd of March.
  if (dayOf(laterBy(startOfDay(day), 0)) !== day) throw new HttpProblem('validation_failed', `/querystring/${name} is a day that is in no calendar`)
  return text.length === DAY_LENGTH ? laterBy(startOfDay(day), ofDayMs) : laterBy(text, 0)
}
