import { isolated } from './isolated.js'

/** Rows by id, safe from later changes by whoever put or got them. */
export class Table<T> {
  readonly #rows = new Map<string, T>()

  get (id: string): T | undefined {
    return this.#rows.get(id)
  }

  /** The row that an index or another row vouches for. */
  require (id: string): T {
    const row = this.#rows.get(id)
    if (row === undefined) throw new Error(`the row ${id} is indexed but not there`)
    return row
  }

  put (id: string, row: T): T {
    const copy = isolated(row)
    this.#rows.set(id, copy)
    return copy
  }

  delete (id: string): void {
    this.#rows.delete(id)
  }

  get size (): number {
    return this.#rows.size
  }
}
