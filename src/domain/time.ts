/** A moment as ISO 8601 in UTC with milliseconds, so that moments compare as text. */
export type Timestamp = string

export function laterBy (moment: Timestamp, milliseconds: number): Timestamp {
  return new Date(Date.parse(moment) + milliseconds).toISOString()
}

/** Whole seconds from `from` until `until`, at least 1: what a Retry-After header wants. */
export function secondsUntil (until: Timestamp, from: Timestamp): number {
  return Math.max(1, Math.ceil((Date.parse(until) - Date.parse(from)) / 1000))
}

/**
 * Creation time and id in one text: a total order of everything of a kind,
 * and the position at which a list is continued.
 */
export function createdKey (createdAt: Timestamp, id: string): string {
  return `${createdAt}#${id}`
}

export function createdAtOf (key: string): Timestamp {
  return key.slice(0, key.indexOf('#'))
}

export function idOf (key: string): string {
  return key.slice(key.indexOf('#') + 1)
}

/** The day of a moment or of a created key: YYYY-MM-DD, in UTC. */
export function dayOf (moment: Timestamp): string {
  return moment.slice(0, 10)
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

export function dayAfter (day: string): string {
  return dayOf(laterBy(startOfDay(day), DAY_MS))
}

export function startOfDay (day: string): Timestamp {
  return `${day}T00:00:00.000Z`
}
