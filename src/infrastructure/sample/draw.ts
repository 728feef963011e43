/** Numbers below 1 that follow from the seed (mulberry32). */
export function seeded (seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Choices that follow from a seed: the same seed makes the same ones. */
export interface Draw {
  /** A whole number from 0 on, below this one. */
  readonly below: (limit: number) => number
  readonly pick: <T>(choices: readonly [T, ...T[]]) => T
  /** The same things in another order. */
  readonly shuffled: <T>(things: readonly T[]) => T[]
}

export function makeDraw (seed: number): Draw {
  const random = seeded(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  return {
    below,
    pick: <T>(choices: readonly [T, ...T[]]) => choices[below(choices.length)] as T,
    shuffled: (things) => things.map((thing) => ({ thing, place: random() })).toSorted((one, other) => one.place - other.place).map(({ thing }) => thing),
  }
}
