/** A moment in ISO 8601, in UTC and with milliseconds, so that moments compare as texts. */
export type Timestamp = string

export function laterBy (moment: Timestamp, milliseconds: number): Timestamp {
  return new Date(Date.parse(moment) + milliseconds).toISOString()
}

/** Whole seconds from `from` until `until`, at least 1, for a Retry-After header. */
export function secondsUntil (until: Timestamp, from: Timestamp): number {
  return Math.max(1, Math.ceil((Date.parse(until) - Date.parse(from)) / 1000))
}

/**
 * The created key of an entity: its creation time and id in one text. Created keys order all entities of a kind, and serve as the
 * positions in their lists.
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

export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

export function dayAfter (day: string): string {
  return dayOf(laterBy(startOfDay(day), DAY_MS))
}

export function startOfDay (day: string): Timestamp {
  return `${day}T00:00:00.000Z`
}
