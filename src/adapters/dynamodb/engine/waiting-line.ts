/** Units wait for one another only while so many calls are under way, and for no longer than this. */
const CALLS_MAX = 4
const WAIT_MAX_MS = 100

/** Says for one unit after another whether it goes in the same call as those before. */
export type Choice<Unit> = (unit: Unit) => boolean

/** What a caller waits for. */
interface Settled {
  readonly reject: (fault: unknown) => void
}

interface LineOptions<Unit> {
  /** Begins the choice of the units of one call. The first one that it sees has to go. */
  readonly choice: () => Choice<Unit>
  /** Makes one call, and settles each of its units. `waits`: the seconds that each has waited. */
  readonly call: (units: readonly Unit[], waits: readonly number[]) => Promise<void>
}

interface Waiting<Unit> {
  readonly unit: Unit
  /** Milliseconds of `performance.now()`. */
  readonly since: number
}

/** What comes in one turn of the event loop, and what waits while calls are under way, goes out in one call. A unit alone waits for nothing else. */
export class WaitingLine<Unit extends Settled> {
  readonly #options: LineOptions<Unit>
  #underWay = 0
  #waiting: Array<Waiting<Unit>> = []
  #timer: NodeJS.Timeout | undefined

  constructor (options: LineOptions<Unit>) {
    this.#options = options
  }

  enter (unit: Unit): void {
    // What other sockets bring in the same turn of the event loop goes with it.
    if (this.#waiting.length === 0) setImmediate(() => { this.#startFree() })
    this.#waiting.push({ unit, since: performance.now() })
  }

  #startFree (): void {
    while (this.#underWay < CALLS_MAX && this.#waiting.length > 0) this.#startNext()
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => { this.#startOverdue() }, WAIT_MAX_MS)
  }

  #start (group: ReadonlyArray<Waiting<Unit>>, now: number): void {
    this.#underWay++
    const goOn = (): void => {
      this.#underWay--
      this.#startFree()
    }
    this.#options.call(group.map(({ unit }) => unit), group.map(({ since }) => (now - since) / 1000)).then(goOn, (fault: unknown) => {
      // A fault of our own code leaves no caller waiting for ever.
      for (const { unit } of group) unit.reject(fault)
      goOn()
    })
  }

  /** Calls that hang hold nothing up for long. */
  #startOverdue (): void {
    const end = performance.now() - WAIT_MAX_MS
    let [first] = this.#waiting
    while (first !== undefined && first.since <= end) {
      this.#startNext();
      [first] = this.#waiting
    }
    this.#timer = first === undefined ? undefined : setTimeout(() => { this.#startOverdue() }, first.since - end)
  }

  /** Takes what has waited for longest, and all that fits beside it. */
  #startNext (): void {
    const goes = this.#options.choice()
    const { group = [], left = [] } = Object.groupBy(this.#waiting, ({ unit }) => goes(unit) ? 'group' : 'left')
    this.#waiting = left
    this.#start(group, performance.now())
  }
}
