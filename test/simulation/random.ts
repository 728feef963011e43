/** Numbers that follow from a seed alone (sfc32, by Chris Doty-Humphrey). */
export class Random {
  #a: number
  #b: number
  #c: number
  #count = 1

  constructor (seed: number) {
    this.#a = seed | 0
    this.#b = Math.imul(seed, 0x9e3779b9) | 0
    this.#c = (seed / 0x100000000) | 0
    // Seeds that are neighbours begin alike: it takes some turns until their numbers have nothing in common.
    for (let turn = 0; turn < 15; turn++) this.next()
  }

  /** From 0 up to, but not, 1. */
  next (): number {
    const sum = (this.#a + this.#b + this.#count) | 0
    this.#count = (this.#count + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0
    return (sum >>> 0) / 0x100000000
  }

  /** A whole number below `limit`. */
  below (limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** A whole number from `low` to `high`, both included. */
  between (low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  chance (probability: number): boolean {
    return probability > 0 && this.next() < probability
  }

  pick<T> (list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** The name of one entry, each as likely as its weight says. */
  weighted<Name extends string> (weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as Array<[Name, number]>
    let rest = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [name, weight] of entries) {
      rest -= weight
      if (rest < 0) return name
    }
    return entries[0]?.[0] as Name
  }
}
