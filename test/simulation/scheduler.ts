import type { Trace } from './trace.js'

/** Somebody whose steps are dropped once he is dead: what he waits for never comes back to him. */
export interface Life {
  alive: boolean
}

interface Step {
  readonly at: number
  /** Steps of one moment are taken in the order in which they were asked for. */
  readonly order: number
  readonly life: Life
  readonly run: () => void
}

/** Far more steps than any run takes: one that goes on for ever is a fault, not an endless wait. */
const STEPS_MAX = 60_000

/** Life of what no crash of ours can end: the network, providers, clients. */
export const FOREVER: Life = { alive: true }

/**
 * The only source of time and order: whoever waits for anything waits here, and one step is taken after another, each once all that
 * the one before has set in motion has come to rest. Nothing runs beside it, so that a run follows from its seed alone.
 */
export class Scheduler {
  /** Milliseconds since the beginning of the run. */
  now = 0
  steps = 0
  readonly #heap: Step[] = []
  #order = 0
  readonly #trace: Trace

  constructor (trace: Trace) {
    this.#trace = trace
  }

  /** Whether nobody waits for anything. */
  get isIdle (): boolean {
    return this.#heap.length === 0
  }

  after (milliseconds: number, run: () => void, life: Life = FOREVER): void {
    this.#push({ at: this.now + milliseconds, order: this.#order++, life, run })
  }

  async sleep (milliseconds: number, life: Life = FOREVER): Promise<void> {
    await new Promise<void>((resolve) => { this.after(milliseconds, resolve, life) })
  }

  /** Takes steps until nobody waits any more, `isOver` says so, or the next one lies behind `until`. */
  async run ({ until = Infinity, isOver = () => false }: { until?: number, isOver?: () => boolean } = {}): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const next = (): void => {
        const step = this.#heap[0]
        if (step === undefined || step.at > until || isOver()) return resolve()
        if (++this.steps > STEPS_MAX) return reject(new Error(`the run does not end: ${STEPS_MAX} steps were taken`))
        this.#pop()
        if (step.life.alive) {
          this.now = step.at
          step.run()
        }
        afterPromises(next)
      }
      afterPromises(next)
    })
    if (until !== Infinity && this.now < until) this.now = until
    this.#trace.note(this.now, 'scheduler', 'rests', String(this.steps))
  }

  #push (step: Step): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(step)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || isBefore(above, step)) break
      heap[index] = above
      index = parent
    }
    heap[index] = step
  }

  #pop (): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      const right = heap[2 * index + 2]
      if (left === undefined) break
      const isLeft = right === undefined || isBefore(left, right)
      const child = isLeft ? left : right
      if (isBefore(last, child)) break
      heap[index] = child
      index = 2 * index + (isLeft ? 1 : 2)
    }
    heap[index] = last
  }
}

/** Once all promises have come to rest: a tick comes after them, if it is asked for by one of them. */
function afterPromises (run: () => void): void {
  queueMicrotask(() => { process.nextTick(run) })
}

function isBefore (one: Step, other: Step): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
