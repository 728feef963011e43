import type { Job } from './job.js'

/** How many times as long as its last piece took, such work rests. */
const RESTS = 4

/**
 * Work that gives way while something urgent goes on: it rests four times as long as its pieces take, and is never stopped, because
 * what is urgent may go on for hours.
 */
export function givingWay (work: Job, isUrgent: () => boolean, nowMs: () => number): Job {
  let restsUntil = 0
  return {
    ...work,
    run: async (signal) => {
      const start = nowMs()
      if (isUrgent() && start < restsUntil) return false
      try {
        return await work.run(signal)
      } finally {
        const end = nowMs()
        restsUntil = end + RESTS * (end - start)
      }
    },
  }
}
