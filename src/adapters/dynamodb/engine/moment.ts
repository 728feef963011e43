import { SECOND_MS, type Timestamp } from '#domain/time.js'

const ISO = /^\d{4}-\d{2}-\d{2}/
const WITHOUT_OFFSET = /^[\d-]+[T ][\d:.]+$/
const DIGITS = /^\d{9,13}$/
/** Seconds since 1970 are smaller for the next 3,000 years; milliseconds have been greater since 1973. */
const SECONDS_MAX = 1e11
const YEAR_10000_MS = 253_402_300_800_000

/**
 * A moment of an earlier row in our form; null where it is none. It is ISO 8601, with any offset and in UTC without one, or a number of
 * seconds or milliseconds since 1970, which may be a text.
 */
export function momentIn (value: unknown): Timestamp | null {
  const milliseconds = millisecondsOf(value)
  return milliseconds >= 0 && milliseconds < YEAR_10000_MS ? new Date(milliseconds).toISOString() : null
}

function millisecondsOf (value: unknown): number {
  if (typeof value === 'number') return value < SECONDS_MAX ? value * SECOND_MS : value
  if (typeof value !== 'string') return NaN
  if (DIGITS.test(value)) return millisecondsOf(Number(value))
  return ISO.test(value) ? Date.parse(WITHOUT_OFFSET.test(value) ? `${value}Z` : value) : NaN
}
