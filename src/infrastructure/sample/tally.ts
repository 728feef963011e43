import type { CallService } from './service-client.js'

/** How many things of the shop this run has made, and how many an earlier one. */
export interface Filled {
  readonly made: number
  readonly there: number
}

export interface Tally {
  /** Calls that make something are counted. */
  readonly call: CallService
  readonly counted: CallService
  /** Counts what an earlier run has made. */
  readonly found: (count: number) => void
  readonly filled: () => Filled
}

export function makeTally (call: CallService): Tally {
  const counts = { made: 0, there: 0 }
  return {
    call,
    counted: async (asked) => {
      const answer = await call(asked)
      counts[answer.isReplay ? 'there' : 'made']++
      return answer
    },
    found: (count) => { counts.there += count },
    filled: () => ({ ...counts }),
  }
}

const AT_ONCE = 6

/** Does this for all things, begun in their order, some at a time. */
export async function forEach<T> (things: readonly T[], act: (thing: T) => Promise<void>): Promise<void> {
  const waiting = things.values()
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const thing of waiting) await act(thing)
  }))
}
