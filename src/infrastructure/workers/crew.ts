import type { Logger } from 'pino'
import { firstFree } from './slots.js'

/** A process of a start. */
export interface WorkerProcess {
  readonly pid: number
  /** Its address once it takes requests; null where it ends before. */
  readonly ready: Promise<string | null>
  /** How it has ended, such as `code 0` or `SIGKILL`. */
  readonly ended: Promise<string>
  /** Asks it to end in order. */
  readonly stop: () => void
  /** Asks it to end in order, once no write waits in its journal. */
  readonly retire: () => void
}

export interface CrewPorts {
  /** Begins a worker on the journal of a slot. */
  readonly begin: (slot: number) => WorkerProcess
  /** Whether the journal of a slot without a worker holds writes. */
  readonly holdsWrites: (slot: number) => Promise<boolean>
  readonly pause: (milliseconds: number) => Promise<void>
  readonly nowMs: () => number
  readonly logger: Pick<Logger, 'info' | 'error'>
}

/** A worker that lives less long has died at once. */
const AT_ONCE_MS = 10_000
/** A worker that has died is begun again after this time, and after twice the time each time that it dies at once. */
const WAIT_MS = 100
const WAIT_MAX_MS = 10_000
/** So many deaths at once in a row end the start: about half a minute. */
const DEATHS_MAX = 8
/** The end of a worker that has finished its requests. */
export const IN_ORDER = 'code 0'

/** The workers of one start: each has a slot, whose journal is handed on to the next worker in it. */
export class Crew {
  readonly #ports: CrewPorts
  readonly #workers = new Map<number, WorkerProcess>()
  /** Those that are to end. */
  readonly #retired = new Set<WorkerProcess>()
  #isStopping = false
  #isRestarting = false
  #isRestartWanted = false
  readonly #givenUp = Promise.withResolvers<null>()
  #isGivenUp = false

  constructor (ports: CrewPorts) {
    this.#ports = ports
  }

  /** Begins a worker in each slot, the first alone: where none can start, one says why. Answers their address; null where one does not start. */
  async start ([first = 1, ...others]: readonly number[]): Promise<string | null> {
    const url = await this.#begin(first).ready
    if (url === null) return null
    const urls = await Promise.all(others.map(async (slot) => await this.#begin(slot).ready))
    if (urls.includes(null)) return null
    for (const [slot, worker] of this.#workers) this.#keep(slot, worker)
    return url
  }

  /** Resolves when workers die again and again: then the start is to end. */
  get givenUp (): Promise<null> {
    return this.#givenUp.promise
  }

  /** Asks all workers to end. Resolves once they have, with whether each has ended in order. */
  async stop (): Promise<boolean> {
    this.#isStopping = true
    const workers = [...this.#workers.values()]
    for (const worker of workers) worker.stop()
    const ends = await Promise.all(workers.map(async ({ ended }) => await ended))
    return !this.#isGivenUp && ends.every((end) => end === IN_ORDER)
  }

  /** Replaces one worker after the other by a new one: the new one takes requests before the old one ends. Called meanwhile, it is done once more. Never rejects. */
  async restart (): Promise<void> {
    this.#isRestartWanted = true
    if (this.#isRestarting) return
    this.#isRestarting = true
    while (this.#isRestartWanted) {
      this.#isRestartWanted = false
      await this.#replaceAll().catch((error: unknown) => { this.#ports.logger.error({ err: error }, 'not all workers are replaced') })
    }
    this.#isRestarting = false
  }

  async #replaceAll (): Promise<void> {
    const { logger } = this.#ports
    logger.info({ workers: this.#workers.size }, 'the workers are replaced, one after the other')
    const old = [...this.#workers]
    for (const [slot, worker] of old) if (!await this.#replace(slot, worker)) return
    // The place that is free now has an empty journal, unless its worker died before it had carried its writes out. Then another worker moves there.
    for (const [slot, worker] of [...this.#workers]) {
      if (this.#isOver() || !await this.#ports.holdsWrites(this.#freeSlot())) break
      if (!await this.#replace(slot, worker)) return
    }
    if (!this.#isOver()) logger.info({ workers: this.#workers.size }, 'all workers are replaced')
  }

  /** False where the restart has to end. */
  async #replace (slot: number, worker: WorkerProcess): Promise<boolean> {
    // One that has died meanwhile is new already.
    if (this.#isOver() || this.#workers.get(slot) !== worker) return !this.#isOver()
    const free = this.#freeSlot()
    const next = this.#begin(free)
    if (await next.ready === null) {
      this.#workers.delete(free)
      if (!this.#isOver()) this.#ports.logger.error({ worker: free, end: await next.ended }, 'a new worker does not start: the others stay as they are')
      return false
    }
    this.#keep(free, next)
    this.#retired.add(worker)
    worker.retire()
    await worker.ended
    this.#workers.delete(slot)
    return true
  }

  #isOver (): boolean {
    return this.#isStopping
  }

  #freeSlot (): number {
    return Number(firstFree(1, [...this.#workers.keys()])[0])
  }

  #begin (slot: number): WorkerProcess {
    const worker = this.#ports.begin(slot)
    this.#workers.set(slot, worker)
    return worker
  }

  /** Begins another worker in the slot whenever one has died there. */
  #keep (slot: number, worker: WorkerProcess, deaths = 0): void {
    const { nowMs, pause, logger } = this.#ports
    const begunMs = nowMs()
    const goOn = async (): Promise<void> => {
      const end = await worker.ended
      if (this.#isOver() || this.#retired.has(worker)) return
      const count = nowMs() - begunMs < AT_ONCE_MS ? deaths + 1 : 1
      logger.error({ worker: slot, died: worker.pid, end, count }, 'a worker has ended, and another takes its place')
      if (count > DEATHS_MAX) throw new Error('workers die again and again')
      await pause(Math.min(WAIT_MAX_MS, WAIT_MS * 2 ** (count - 1)))
      if (!this.#isOver()) this.#keep(slot, this.#begin(slot), count)
    }
    goOn().catch((error: unknown) => {
      logger.error({ err: error }, 'the start ends: a worker cannot be replaced')
      this.#isGivenUp = true
      this.#givenUp.resolve(null)
    })
  }
}
