import { isolated } from './isolated.js'

/** Where a row is stored. What is put under its id later stands in the same place: an index that holds it looks nothing up. */
export interface Row<T> {
  readonly stored: T
}

/** Rows by id, safe from later changes by whoever put or got them. */
export class Table<T> {
  readonly #rows = new Map<string, { stored: T }>()

  get (id: string): T | undefined {
    return this.#rows.get(id)?.stored
  }

  /** The row that another row vouches for. */
  require (id: string): T {
    const row = this.#rows.get(id)
    if (row === undefined) throw new Error(`the row ${id} is told of but not there`)
    return row.stored
  }

  put (id: string, value: T): Row<T> {
    const stored = isolated(value)
    const taken = this.#rows.get(id)
    if (taken !== undefined) {
      taken.stored = stored
      return taken
    }
    const row = { stored }
    this.#rows.set(id, row)
    return row
  }

  delete (id: string): void {
    this.#rows.delete(id)
  }

  get size (): number {
    return this.#rows.size
  }
}
