import { setImmediate, setTimeout } from 'node:timers/promises'

/** A loop that runs beside the requests. */
export interface Job {
  readonly name: string
  /** The pause after a run that found nothing to do, or failed. */
  readonly pauseMs: number
  /**
   * Does a bounded piece of work. Resolves with true where more may be waiting. `signal` is aborted when the service stops: the
   * running piece finishes, and no other begins.
   */
  readonly run: (signal: AbortSignal) => Promise<boolean>
  /** Runs once, after the last piece: releases leases that other processes may be waiting for. */
  readonly end?: () => Promise<void>
}

export interface RunningJob {
  /** Resolves once the running piece is finished. */
  readonly stop: () => Promise<void>
}

/** Runs one piece after another until it is stopped. A piece that fails goes to `onError`, and the loop goes on after the pause. */
export function startJob ({ name, pauseMs, run, end = async () => {} }: Job, onError: (name: string, error: unknown) => void): RunningJob {
  const controller = new AbortController()
  const { signal } = controller
  const ended = (async () => {
    while (!signal.aborted) {
      const more = await run(signal).catch((error: unknown) => {
        onError(name, error)
        return false
      })
      // In memory mode a piece never waits for I/O: without this turn, requests would wait for the last piece.
      if (more) await setImmediate()
      else await pause(pauseMs, signal)
    }
    await end().catch((error: unknown) => { onError(name, error) })
  })()
  return {
    stop: async () => {
      controller.abort()
      await ended
    },
  }
}

async function pause (milliseconds: number, signal: AbortSignal): Promise<void> {
  // An aborted pause rejects; the loop checks the signal next.
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {})
}

/** Waits for the last work of a job, and no longer than so many milliseconds. */
export async function endingWithin (milliseconds: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController()
  await Promise.race([work, setTimeout(milliseconds, undefined, { signal: timer.signal }).catch(() => {})]).finally(() => { timer.abort() })
}

/** The rest after a piece, as a multiple of the time it took. */
const RESTS = 4

/**
 * A job that gives way while something urgent runs: it rests four times as long as its pieces take. It never stops, because the urgent
 * work may take hours.
 */
export function givingWay (job: Job, isUrgent: () => boolean, nowMs: () => number): Job {
  let restsUntil = 0
  return {
    ...job,
    run: async (signal) => {
      const start = nowMs()
      if (isUrgent() && start < restsUntil) return false
      try {
        return await job.run(signal)
      } finally {
        const end = nowMs()
        restsUntil = end + RESTS * (end - start)
      }
    },
  }
}
