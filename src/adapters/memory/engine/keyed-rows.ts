import { dropLeast } from '#domain/drop-least.js'
import type { Timestamp } from '#domain/time.js'
import { isolated } from './table.js'

/** Far more keys than clients can write in an hour. Beyond it the rows are forgotten that would expire first. */
const KEYS_MAX = 100_000

/** Rows that run out, by key. Each method is one synchronous step: no other change can come between reading and writing. */
export class KeyedRows<T extends { readonly expiresAt: Timestamp }> {
  readonly #keysMax: number
  readonly #rows = new Map<string, T>()

  constructor (keysMax = KEYS_MAX) {
    this.#keysMax = keysMax
  }

  /** All rows, in no order. */
  all (): T[] {
    return [...this.#rows.values()]
  }

  async find (key: string): Promise<T | null> {
    return this.#rows.get(key) ?? null
  }

  async update (key: string, change: (before: T | null) => T | null): Promise<T | null> {
    const before = this.#rows.get(key) ?? null
    const after = change(before)
    if (after === before) return before
    if (after === null) {
      this.#rows.delete(key)
      return null
    }
    if (this.#rows.size >= this.#keysMax && before === null) dropLeast(this.#rows, ({ expiresAt }) => Date.parse(expiresAt))
    const stored = isolated(after)
    this.#rows.set(key, stored)
    return stored
  }
}
