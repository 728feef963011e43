import type { Unknown } from '#application/ports/payment-gateway.js'

/** How much of us a carrier gets. */
export interface Pace {
  /** Calls under way. */
  readonly atOnce: number
  /** Calls begun in a second, evenly. */
  readonly perSecond: number
}

/** What carriers take is not known of most of them: these figures are ours. */
export const CARRIER_PACE: Pace = { atOnce: 2, perSecond: 5 }

/** A call begins at most this much later than it was wanted: with the longest call, well within the lease of its shipment. */
const WAIT_MS = 10_000

/** Makes calls in their turn, in the order in which they were wanted. One that waits too long is not made: its outcome counts as unknown, so that a look finds out what there is. */
export function makePace ({ atOnce, perSecond }: Pace): <Answer>(call: () => Promise<Answer>) => Promise<Answer | Unknown> {
  const waiting: Array<() => void> = []
  let underWay = 0
  let nextAtMs = 0
  let timer: NodeJS.Timeout | null = null

  return async (call) => {
    if (!await turn()) return { kind: 'unknown', reason: 'too many calls to the carrier wait' }
    try {
      return await call()
    } finally {
      underWay--
      beginNext()
    }
  }

  /** False if the turn did not come in time. */
  async function turn (): Promise<boolean> {
    return await new Promise((resolve) => {
      const begin = (): void => {
        clearTimeout(late)
        resolve(true)
      }
      const late = setTimeout(() => {
        waiting.splice(waiting.indexOf(begin), 1)
        resolve(false)
      }, WAIT_MS)
      waiting.push(begin)
      beginNext()
    })
  }

  function beginNext (): void {
    if (timer !== null || underWay === atOnce) return
    const waitMs = nextAtMs - Date.now()
    if (waitMs > 0) {
      timer = setTimeout(() => {
        timer = null
        beginNext()
      }, waitMs)
      return
    }
    const begin = waiting.shift()
    if (begin === undefined) return
    underWay++
    nextAtMs = Date.now() + 1000 / perSecond
    begin()
    beginNext()
  }
}
