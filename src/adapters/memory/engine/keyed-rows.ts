import { Table } from './table.js'

/** Far more keys than clients can write in an hour. Beyond it the rows are forgotten instead of filling the memory. */
const KEYS_MAX = 100_000

/** Rows that are of no use for long, by key. Each method is one synchronous step: no other change can come between reading and writing. */
export class KeyedRows<T> {
  readonly #keysMax: number
  #rows = new Table<T>()

  constructor (keysMax = KEYS_MAX) {
    this.#keysMax = keysMax
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
    if (this.#rows.size >= this.#keysMax) this.#rows = new Table()
    return this.#rows.put(key, after).stored
  }
}
