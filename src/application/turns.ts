/**
 * Runs writes of this process one after another that would otherwise fail each other's conditions. It only saves requests: other
 * processes do not take part, and the conditions decide.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs after all earlier turns of the same name, whether they succeeded or failed. */
  async take<T> (name: string, run: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const turn = before === undefined ? run() : before.then(run, run)
    this.#last.set(name, turn)
    try {
      return await turn
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name)
    }
  }
}

/** Does work for many callers at once: what comes while a run is under way goes into the next one. `run` answers in the order of its units. */
export function together<Unit, Answer> (run: (units: readonly Unit[]) => Promise<readonly Answer[]>): (unit: Unit) => Promise<Answer> {
  let waiting: Unit[] = []
  let last: Promise<unknown> = Promise.resolve()
  let next: Promise<readonly Answer[]> | null = null
  const start = async (): Promise<readonly Answer[]> => {
    const units = waiting
    waiting = []
    next = null
    return await run(units)
  }
  return async (unit) => {
    const index = waiting.push(unit) - 1
    next ??= last.then(start, start)
    last = next
    return (await next)[index] as Answer
  }
}

/**
 * Waits until all promises are settled, and returns their results.
 *
 * @throws the error of the first promise in the list that failed
 */
export async function allSettledOrThrow<T> (promises: ReadonlyArray<Promise<T>>): Promise<T[]> {
  await Promise.allSettled(promises)
  return await Promise.all(promises)
}
