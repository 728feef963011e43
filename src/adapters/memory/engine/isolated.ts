import { flat } from './flat.js'

const EMPTY: readonly never[] = Object.freeze([])

/**
 * A copy of plain data that nobody can change: what a caller does to the object he handed in, or tries on the one he got,
 * never reaches the store, and a read needs no copy of its own.
 */
export function isolated<T> (value: T): T {
  if (typeof value === 'string') return flat(value) as T
  if (typeof value !== 'object' || value === null) return value
  // Most lists of most rows are empty: one for all of them spares a reader as many places in memory to look at.
  if (Array.isArray(value)) return (value.length === 0 ? EMPTY : Object.freeze(value.map((part: unknown) => isolated(part)))) as T
  // Not structuredClone, which is ten times as slow. A spread keeps even a field called __proto__ a mere field.
  const copy = { ...value } as Record<string, unknown>
  for (const key in copy) copy[key] = isolated(copy[key])
  return Object.freeze(copy) as T
}
