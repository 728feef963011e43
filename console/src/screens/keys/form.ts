/** What a key may do at most. */
export const KEY_SCOPES = ['read', 'operate', 'moderate', 'refund', 'reconcile', 'export', 'credit', 'shops', 'erase'] as const
export type KeyScope = typeof KEY_SCOPES[number]

const DAYS_MAX = 366

/** The days that a person typed; null for what is no whole number of 1 to 366. */
export function parseDays (typed: string): number | null {
  const days = /^\d{1,3}$/.test(typed.trim()) ? Number(typed) : 0
  return days >= 1 && days <= DAYS_MAX ? days : null
}

/** The networks that a person typed, by lines, commas or spaces. */
export function networksOf (typed: string): string[] {
  return typed.split(/[\s,]+/).filter((network) => network !== '')
}

/** Whether a key has ended by itself. */
export function isExpired (expiresAt: string, now: number): boolean {
  return Date.parse(expiresAt) <= now
}
