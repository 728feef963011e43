/** How a file of an export is written. */
export type Format = 'csv' | 'ndjson'

/** Counts the rows of an export from pieces of it, wherever they are cut. The head of a table is none, nor the line that ends a file of JSON. */
export class RowCounter {
  readonly #format: Format
  #lines = 0
  #isQuoted = false

  constructor (format: Format) {
    this.#format = format
  }

  read (piece: string): void {
    for (const sign of piece) {
      // A quotation mark within a cell is written twice, so that it opens and closes.
      if (sign === '"' && this.#format === 'csv') this.#isQuoted = !this.#isQuoted
      else if (sign === '\n' && !this.#isQuoted) this.#lines += 1
    }
  }

  /** The rows that are there, of a file that goes on or has ended. */
  get rows (): number {
    return Math.max(0, this.#lines - 1)
  }
}

/** The name that the service gives a file, or one of ours. */
export function nameOf (disposition: string | null, fallback: string): string {
  return /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1] ?? fallback
}
