/**
 * Lets writes of this process that would only fail each other's conditions wait for each other.
 * It saves requests and nothing more: other processes know nothing of it, and the conditions alone decide.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs after all that took a turn under the name before, however they ended. */
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

/** The results of all, once all have ended. @throws what the first of them that failed has thrown */
export async function allSettledOrThrow<T> (promises: ReadonlyArray<Promise<T>>): Promise<T[]> {
  await Promise.allSettled(promises)
  return await Promise.all(promises)
}
