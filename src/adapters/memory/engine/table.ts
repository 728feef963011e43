/** A mutable cell. A newer version of the row replaces its content, so that an index can hold the cell and needs no second lookup. */
export interface Row<T> {
  readonly stored: T
}

/** Rows by id. No caller can change a row by the object that they stored or read. */
export class Table<T> {
  readonly #rows = new Map<string, { stored: T }>()

  get (id: string): T | undefined {
    return this.#rows.get(id)?.stored
  }

  /** A row that another row refers to. */
  require (id: string): T {
    const row = this.#rows.get(id)
    if (row === undefined) throw new Error(`the row ${id} is referred to but does not exist`)
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

const EMPTY: readonly never[] = Object.freeze([])

/** A copy of plain data that no caller can change, so that a read needs no copy of its own. */
export function isolated<T> (value: T): T {
  if (typeof value === 'string') return flat(value) as T
  if (typeof value !== 'object' || value === null) return value
  // Most lists of most rows are empty: one for all of them means fewer places in memory for a reader to visit.
  if (Array.isArray(value)) return (value.length === 0 ? EMPTY : Object.freeze(value.map((part: unknown) => isolated(part)))) as T
  // structuredClone is ten times as slow. A spread keeps even a field called __proto__ a mere field.
  const copy = { ...value } as Record<string, unknown>
  for (const key in copy) copy[key] = isolated(copy[key])
  return Object.freeze(copy) as T
}

/** Receives each character that `flat` reads, so that no compiler can leave the read out. */
const read = new Uint16Array(1)

/**
 * The text, in one piece from now on. V8 keeps a concatenated text as its parts until the first read. Where that is long after the text
 * was stored, the parts stay in the heap too, and each reader takes one more step to each text.
 */
export function flat (text: string): string {
  read[0] = text.charCodeAt(0)
  return text
}

/** The value under the key; `make` makes it where there is none. `Map.prototype.getOrInsertComputed` of ES2026. */
export function getOrInsert<K, V> (map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
