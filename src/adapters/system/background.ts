import { DomainError } from '#domain/errors.js'
import type { Background } from '#application/ports/background.js'

/** After the answer to whatever request has asked for it. */
const DELAY_MS = 20
const TASKS_MAX = 1000
const RETRY_AFTER_S = 2

export interface RunningBackground {
  readonly run: Background
  /** Resolves when nothing is left to do. */
  readonly idle: () => Promise<void>
}

/** Work that nobody waits for, within limits. @param onError is told of what failed */
export function makeBackground (onError: (error: unknown) => void): RunningBackground {
  const running = new Set<Promise<void>>()

  async function later (task: () => Promise<void>): Promise<void> {
    await new Promise((resolve) => { setTimeout(resolve, DELAY_MS) })
    await task().catch(onError)
  }

  return {
    run: (task) => {
      if (running.size >= TASKS_MAX) throw new DomainError('busy', 'too much of this is waiting already; nothing was changed', { retryAfterS: RETRY_AFTER_S })
      const done = later(task).finally(() => { running.delete(done) })
      running.add(done)
    },
    idle: async () => { while (running.size > 0) await Promise.all(running) },
  }
}
