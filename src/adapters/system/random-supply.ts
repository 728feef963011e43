import { randomFillSync } from 'node:crypto'

/** Pieces in one supply. */
const PIECES = 256

/** Gives pieces of so many random bytes from a supply, because the system takes as long for a few bytes as for many. A piece is valid until the next one. */
export function makeRandomSupply (bytes: number): () => Buffer {
  const supply = Buffer.alloc(PIECES * bytes)
  let used = supply.length

  return () => {
    if (used === supply.length) {
      randomFillSync(supply)
      used = 0
    }
    used += bytes
    return supply.subarray(used - bytes, used)
  }
}
