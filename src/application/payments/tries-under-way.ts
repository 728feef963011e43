/** A place in the line of a key. */
export interface Place {
  readonly key: string
  wake?: () => void
}

/**
 * The tries of this process that are under way, each under several keys, and a line for each key, of those that wait for room. Only the
 * first of a line is woken: to wake all at each end would take more work, the more of them wait.
 */
export class TriesUnderWay {
  /** By key, then by try, how many requests: repeats of one request are one try. */
  readonly #underWay = new Map<string, Map<string, number>>()
  readonly #lines = new Map<string, Place[]>()
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
    return this.#lines.get(key)?.length ?? 0
  }

  /** Takes the last place in the line of the key. */
  queue (key: string): Place {
    const place: Place = { key }
    const line = this.#lines.get(key)
    if (line === undefined) this.#lines.set(key, [place])
    else line.push(place)
    return place
  }

  /** Waits until this place is the first of its line and something has changed: a try of the key has ended, or the place before this one is empty. */
  async turn (place: Place): Promise<void> {
    await new Promise<void>((resolve) => { place.wake = resolve })
  }

  /** Leaves the line, in which this place is the first. The turn is that of the next one. */
  leave ({ key }: Place): void {
    const line = this.#lines.get(key)
    line?.shift()
    if (line?.length === 0) this.#lines.delete(key)
    this.#wake(key)
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
      const tries = this.#underWay.get(key)
      const requests = Number(tries?.get(id)) - 1
      if (requests > 0) tries?.set(id, requests)
      else tries?.delete(id)
      if (tries?.size === 0) this.#underWay.delete(key)
      this.#wake(key)
    }
  }

  #wake (key: string): void {
    this.#lines.get(key)?.[0]?.wake?.()
  }
}
