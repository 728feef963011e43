/** The tries of this process that are under way, each under several keys, and those that wait until one of a key ends. */
export class TriesUnderWay {
  /** By key, then by try, how many requests: repeats of one request are one try. */
  readonly #underWay = new Map<string, Map<string, number>>()
  readonly #waiting = new Map<string, Array<() => void>>()
  #ended = 0

  /** Grows with each end of a try. */
  get ended (): number {
    return this.#ended
  }

  /** How many other tries are under way under a key. */
  others (key: string, id: string): number {
    const tries = this.#underWay.get(key)
    return tries === undefined ? 0 : tries.size - Number(tries.has(id))
  }

  waiting (key: string): number {
    return this.#waiting.get(key)?.length ?? 0
  }

  /** Waits for the next end of a try under the key. */
  async next (key: string): Promise<void> {
    await new Promise<void>((resolve) => { this.#waiting.set(key, [...this.#waiting.get(key) ?? [], resolve]) })
  }

  begin (keys: readonly string[], id: string): void {
    for (const key of keys) {
      const tries = this.#underWay.get(key) ?? new Map<string, number>()
      this.#underWay.set(key, tries.set(id, (tries.get(id) ?? 0) + 1))
    }
  }

  end (keys: readonly string[], id: string): void {
    this.#ended += 1
    for (const key of keys) {
      const tries = new Map(this.#underWay.get(key))
      const requests = Number(tries.get(id)) - 1
      if (requests > 0) tries.set(id, requests)
      else tries.delete(id)
      if (tries.size > 0) this.#underWay.set(key, tries)
      else this.#underWay.delete(key)
      // All of them: one that has to wait under another key too must not keep the others from their turn.
      const waiting = this.#waiting.get(key) ?? []
      this.#waiting.delete(key)
      for (const wake of waiting) wake()
    }
  }
}
