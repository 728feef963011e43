import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Payment } from '#domain/payments/payment.js'
import type { ExportFormat } from './export-formats.js'
import { HttpProblem } from '../shared/problem.js'

/** Exports that may run at once: each keeps the store and this process busy for as long as it lasts. */
const EXPORTS_MAX = 2
const RETRY_S = 10
/** How long those that run may go on once the service stops: well within the time that the process has to end. */
const STOP_GRACE_MS = 3000

export type Pages = AsyncGenerator<readonly Payment[], void>

export interface Export {
  readonly format: ExportFormat
  readonly pages: Pages
  /** Told of each page, however little of it is sent. */
  readonly onPage: () => void
}

/** The exports of this process. */
export class Exports {
  readonly #stop = new AbortController()
  #running = 0

  /**
   * The text of an export, made as fast as it is read. The first page is there already: where the store can't give it, there is a problem
   * to answer instead of a file. Later it can only break off, and so does the file: its end is missing.
   * @throws overloaded
   */
  async start ({ format, pages, onPage }: Export): Promise<Readable> {
    if (this.#running === EXPORTS_MAX) throw new HttpProblem('overloaded', 'as many exports are running as may at once; nothing was begun', RETRY_S)
    this.#running++
    const end = (): void => { this.#running-- }
    try {
      const first = await pages.next()
      const stream = Readable.from(textOf(format, startingWith(first, pages), onPage), { objectMode: false, signal: this.#stop.signal })
      return stream.once('close', end)
    } catch (error) {
      end()
      throw error
    }
  }

  /** Lets what runs go on for a moment, then breaks it off. */
  stop (): void {
    setTimeout(() => { this.#stop.abort() }, STOP_GRACE_MS).unref()
  }
}

async function * startingWith (first: IteratorResult<readonly Payment[], void>, rest: Pages): Pages {
  if (first.done !== true) yield first.value
  yield * rest
}

async function * textOf ({ begin, lines, end }: ExportFormat, pages: Pages, onPage: () => void): AsyncGenerator<string, void> {
  let count = 0
  yield begin
  for await (const payments of pages) {
    onPage()
    count += payments.length
    // Of an empty page too: only here does a reader who is gone end the work.
    yield lines(payments)
    // A store that answers from memory would let nobody else get on.
    await setImmediate()
  }
  yield end(count)
}
