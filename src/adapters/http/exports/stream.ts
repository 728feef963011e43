import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import { HttpProblem } from '../shared/problem.js'
import type { ExportFormat } from './formats.js'

/** Exports that may run at once in this process. Each keeps the store and the process busy until it ends. */
const EXPORTS_MAX = 2
const RETRY_S = 10
/** How long running exports may continue after the service begins to stop: well within the time that the process has to end. */
const STOP_GRACE_MS = 3000

export type Pages<T> = AsyncGenerator<readonly T[], void>

export interface Export<T> {
  readonly format: ExportFormat<T>
  readonly pages: Pages<T>
  /** Called for each page that is read, also for one of which nothing is sent. */
  readonly onPage: () => void
}

/** The exports of this process. */
export class Exports {
  readonly #stop = new AbortController()
  #running = 0

  /**
   * The text of an export, made as fast as the client reads it. The first page is read before the answer begins, so that a store that fails
   * at once is answered with a problem. A later failure breaks the file off, which then lacks its end.
   * @throws overloaded; what the store throws for the first page
   */
  async start<T> ({ format, pages, onPage }: Export<T>): Promise<Readable> {
    if (this.#running === EXPORTS_MAX) throw new HttpProblem('overloaded', 'the maximum number of exports is running; this one was not started', RETRY_S)
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

  /** Breaks running exports off after a moment. */
  stop (): void {
    setTimeout(() => { this.#stop.abort() }, STOP_GRACE_MS).unref()
  }
}

async function * startingWith<T> (first: IteratorResult<readonly T[], void>, rest: Pages<T>): Pages<T> {
  if (first.done !== true) yield first.value
  yield * rest
}

async function * textOf<T> ({ begin, lines, end }: ExportFormat<T>, pages: Pages<T>, onPage: () => void): AsyncGenerator<string, void> {
  let count = 0
  yield begin
  for await (const page of pages) {
    onPage()
    count += page.length
    // Yields an empty page as well: only a yield notices that the client is gone.
    yield lines(page)
    // A store in memory never waits, and would let no other request run.
    await setImmediate()
  }
  yield end(count)
}

/** Restarts the timeout of a silent connection: an export that reads much and sends little is still at work. */
export function keepOpen ({ raw: { socket } }: FastifyRequest): void {
  // Undefined on a server without a timeout.
  if (socket instanceof Socket && socket.timeout !== undefined) socket.setTimeout(socket.timeout)
}
