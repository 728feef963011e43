import { makeLocalBus } from '#adapters/system/bus.js'
import type { Bus } from '#application/ports/bus.js'
import type { Context } from '../context.js'
import type { Host } from '../network.js'

/** The topic that wakes the dispatchers. Here they have their own time. */
const UNHEARD = 'outbox'

/** How late a message of the bus is, and how late at most. */
const LATENCY_MS = 5
const LATE_MS = 8_000

/** The bus of one process: it hears itself at once, and the others as the faults let it. */
export class LiveBus {
  readonly #host: Host
  readonly #context: Context
  readonly #local = makeLocalBus()

  constructor (host: Host, context: Context) {
    this.#host = host
    this.#context = context
  }

  get bus (): Bus {
    return {
      subscribe: this.#local.subscribe,
      publish: (topic, message) => {
        this.#local.publish(topic, message)
        if (topic === UNHEARD) return
        for (const { bells, host } of this.#context.live.nodes) if (host !== this.#host && host.life.alive) this.#send(bells, host, topic, message)
      },
    }
  }

  /** To another process, which is not sure to get it. */
  #send (bells: LiveBus, { life }: Host, topic: string, message: string): void {
    const { live: { random, bus, hasBus }, faults, scheduler } = this.#context
    if (!hasBus) return
    const { lost, double, late } = faults.ceased ? { lost: 0, double: 0, late: 0 } : bus
    for (let copies = random.chance(double) ? 2 : 1; copies > 0; copies--) {
      if (random.chance(lost)) continue
      scheduler.after(random.chance(late) ? random.below(LATE_MS) : random.between(1, LATENCY_MS), () => { bells.#local.publish(topic, message) }, life)
    }
  }
}
