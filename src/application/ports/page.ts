/** A request for one page of a list, newest first. */
export interface PageRequest {
  /** The position: the created key of the last item of the page before; null starts at the newest. */
  readonly before: string | null
  readonly limit: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** The position of the next page; null when nothing is left. */
  readonly nextKey: string | null
}

/** Rows that one request examines at most, however few of them match its filter. */
export const EXAMINED_MAX = 1000

/** Collects the matching rows of a list, newest first, until the page is full or `EXAMINED_MAX` rows are examined. */
export class FilteredPage<T> {
  readonly #limit: number
  readonly #matches: (row: T) => boolean
  readonly #items: T[] = []
  #examined = 0
  #lastKey: string | null = null

  constructor ({ limit }: PageRequest, matches: (row: T) => boolean) {
    this.#limit = limit
    this.#matches = matches
  }

  /** Examines the next row. False when the page takes no more rows: the next page begins with this one. */
  examine (key: string, row: T): boolean {
    if (this.#items.length === this.#limit || this.#examined === EXAMINED_MAX) return false
    this.#examined++
    this.#lastKey = key
    if (this.#matches(row)) this.#items.push(row)
    return true
  }

  /** Rows that may still be examined. */
  get toExamine (): number {
    return EXAMINED_MAX - this.#examined
  }

  /** Matching rows that still fit. */
  get toFind (): number {
    return this.#limit - this.#items.length
  }

  /** The page, with the next one behind the last examined row. */
  unfinished (): Page<T> {
    return this.upTo(this.#lastKey)
  }

  /** The page, with the next one behind this key; null ends the list. */
  upTo (nextKey: string | null): Page<T> {
    return { items: this.#items, nextKey }
  }
}
