import { DomainError } from './errors.js'
import { dayOf, HOUR_MS, laterBy, MINUTE_MS, startOfDay, type Timestamp } from './time.js'

/** The days of a time zone. */
export interface Calendar {
  /** The day of a moment there, as YYYY-MM-DD. */
  readonly dayOf: (moment: Timestamp) => string
  /** The first moment of a day there. A day that the clocks left out begins and ends with the next one. */
  readonly startOf: (day: string) => Timestamp
}

const UTC: Calendar = { dayOf, startOf: startOfDay }

/** Offsets from UTC are multiples of this, in all zones since 1972. */
const QUARTER_MS = 15 * MINUTE_MS
/** Longer than any offset from UTC, forward and back. */
const OFFSET_MAX_MS = 15 * HOUR_MS

/** @param timeZone a name of the IANA database @throws unknown_time_zone */
export function calendarOf (timeZone: string): Calendar {
  if (timeZone === 'UTC') return UTC
  const format = formatOf(timeZone)
  const localDay = (moment: Timestamp): string => format.format(new Date(moment))
  return {
    dayOf: localDay,
    startOf: (day) => {
      const earliest = laterBy(startOfDay(day), -OFFSET_MAX_MS)
      // Days only move forward, so halving finds the first quarter of an hour that lies in this day or a later one.
      let [before, after] = [0, 2 * OFFSET_MAX_MS / QUARTER_MS]
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2)
        if (localDay(laterBy(earliest, middle * QUARTER_MS)) < day) before = middle
        else after = middle
      }
      return laterBy(earliest, after * QUARTER_MS)
    },
  }
}

/** Days as YYYY-MM-DD, which is how dates are written in Swedish. @throws unknown_time_zone */
function formatOf (timeZone: string): Intl.DateTimeFormat {
  try {
    // An offset, such as +0307, is no name, and its days need not begin at a quarter of an hour.
    if (!/^[A-Za-z]/.test(timeZone)) throw new RangeError(timeZone)
    return Intl.DateTimeFormat('sv', { timeZone })
  } catch {
    throw new DomainError('unknown_time_zone', 'timeZone is a name of the IANA database, such as Europe/Istanbul')
  }
}
