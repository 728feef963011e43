import { setImmediate, setTimeout } from 'node:timers/promises'

/** Work that goes on beside the requests. */
export interface Job {
  readonly name: string
  /** How long it rests when it has found nothing to do, or has failed. */
  readonly pauseMs: number
  /**
   * Does a bounded piece of the work, and tells whether there may be more at once.
   * `signal` is aborted when the service stops: a piece that has begun is finished, no other is begun.
   */
  readonly run: (signal: AbortSignal) => Promise<boolean>
  /** Done once, after the last piece: gives back what others may be waiting for. */
  readonly end?: () => Promise<void>
}

export interface RunningJob {
  /** Resolves once the piece at work is finished. */
  readonly stop: () => Promise<void>
}

/** Does one piece after another until it is stopped. A piece that fails is told of, and the work goes on after a pause. */
export function startJob ({ name, pauseMs, run, end = async () => {} }: Job, onError: (name: string, error: unknown) => void): RunningJob {
  const controller = new AbortController()
  const { signal } = controller
  const ended = (async () => {
    while (!signal.aborted) {
      const more = await run(signal).catch((error: unknown) => {
        onError(name, error)
        return false
      })
      // In memory a piece never waits for anything: without a turn of theirs, requests would wait for the last one.
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
  // An aborted pause is over: the loop looks at the signal next.
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {})
}
