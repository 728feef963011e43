/** A map that may lie on another one, which it leaves unchanged: a trial of some changes costs what they cost, however large the map below is. */
export class LayeredMap<V> {
  readonly #below: LayeredMap<V> | null
  /** Null: removed. A layer notes that, because the map below still has the key. */
  readonly #own = new Map<string, V | null>()
  #size: number

  constructor (below: LayeredMap<V> | null = null) {
    this.#below = below
    this.#size = below === null ? 0 : below.size
  }

  get size (): number {
    return this.#size
  }

  get (key: string): V | null {
    const own = this.#own.get(key)
    return own === undefined ? this.#below?.get(key) ?? null : own
  }

  /** Sets the value of a key, which moves to the end of the order. */
  set (key: string, value: V): void {
    if (this.get(key) === null) this.#size++
    this.#own.delete(key)
    this.#own.set(key, value)
  }

  remove (key: string): void {
    if (this.get(key) === null) return
    this.#size--
    if (this.#below === null) this.#own.delete(key)
    else this.#own.set(key, null)
  }

  /** The entries in the order in which they were set, those of the map below first. */
  * entries (): Generator<readonly [key: string, value: V], void> {
    for (const [key, value] of this.#below?.entries() ?? []) if (!this.#own.has(key)) yield [key, value]
    for (const [key, value] of this.#own) if (value !== null) yield [key, value]
  }

  /** Drops entries from the beginning of the order, until one is to be kept. */
  dropWhile (isOver: (value: V) => boolean): void {
    for (const [key, value] of this.entries()) {
      if (!isOver(value)) return
      this.remove(key)
    }
  }
}
