import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Violation } from './context.js'

/** A stretch of seeds, `to` not included. */
export interface Piece {
  readonly from: number
  readonly to: number
  /** The name of a planted bug. */
  readonly bug: string | null
  /** Whether the first violation is enough. */
  readonly untilFirst: boolean
}

export interface Failure extends Violation {
  readonly seed: number
}

export interface Report {
  /** The first violation of each seed that has some. */
  readonly failures: Failure[]
  readonly steps: number
}

/** Works on pieces in so many threads, each on the next one as soon as it is done with the last. */
export async function inThreads (jobs: number, pieces: Iterator<Piece, undefined>, told: (piece: Piece, report: Report) => void): Promise<void> {
  await Promise.all(Array.from({ length: jobs }, async () => {
    const worker = new Worker(new URL('./worker.js', import.meta.url))
    try {
      for (let next = pieces.next(); next.done !== true; next = pieces.next()) {
        worker.postMessage(next.value)
        const [report] = await once(worker, 'message') as [Report]
        told(next.value, report)
      }
    } finally {
      await worker.terminate()
    }
  }))
}
