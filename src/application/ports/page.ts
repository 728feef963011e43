/** A stretch of a list that runs from new to old. */
export interface PageRequest {
  /** The created key of the last thing already seen; null starts at the newest. */
  readonly before: string | null
  readonly limit: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Where the list goes on; null when nothing is left. */
  readonly nextKey: string | null
}

/** Rows that one request looks at, so that it costs no more when a filter matches few of them. */
export const EXAMINED_MAX = 1000

/** Fills a page with the rows that match, from the newest down, until it is full or has looked at as many as one request may. */
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

  /** Looks at the next row. False when there is no room for it: the list then goes on with it in another page. */
  examine (key: string, row: T): boolean {
    if (this.#items.length === this.#limit || this.#examined === EXAMINED_MAX) return false
    this.#examined++
    this.#lastKey = key
    if (this.#matches(row)) this.#items.push(row)
    return true
  }

  /** Rows that it may still look at. */
  get toExamine (): number {
    return EXAMINED_MAX - this.#examined
  }

  /** Rows that it has room for. */
  get toFind (): number {
    return this.#limit - this.#items.length
  }

  /** The page of a list that goes on behind the last row that was looked at. */
  unfinished (): Page<T> {
    return this.upTo(this.#lastKey)
  }

  /** The page of a list that goes on at this key, or ends where it is null. */
  upTo (nextKey: string | null): Page<T> {
    return { items: this.#items, nextKey }
  }
}
