import type { Bus } from '#application/ports/bus.js'
import { makeLocalBus } from '#adapters/system/bus.js'

/** A bus that loses, doubles and mixes up what it is given, as the seed says. What waits comes with later messages. */
export function unreliableBus (seed: number): Bus {
  const { publish, subscribe } = makeLocalBus()
  const waiting: Array<readonly [topic: string, message: string]> = []
  let state = seed
  const upTo = (count: number): number => {
    state = (state * 48_271) % 2_147_483_647
    return state % count
  }
  return {
    subscribe,
    publish: (topic, message) => {
      for (let copies = upTo(3); copies > 0; copies--) waiting.splice(upTo(waiting.length + 1), 0, [topic, message])
      for (const [laterTopic, later] of waiting.splice(0, upTo(waiting.length + 1))) publish(laterTopic, later)
    },
  }
}
