/**
 * How many durations lie in each bucket, by its number. A bucket ends 4 % above the one before, so that its middle is at most 2 % from
 * each duration in it. The sketch of two sets of durations together is the sum of theirs.
 */
export type Sketch = Map<number, number>

/** Milliseconds. Shorter durations count as this one. */
const LEAST_MS = 0.05
const GROWTH = 1.04
const LOG_GROWTH = Math.log(GROWTH)

export function addDuration (sketch: Sketch, ms: number): void {
  addCount(sketch, ms <= LEAST_MS ? 0 : Math.ceil(Math.log(ms / LEAST_MS) / LOG_GROWTH), 1)
}

export function addSketch (sketch: Sketch, other: Sketch): void {
  for (const [bucket, count] of other) addCount(sketch, bucket, count)
}

function addCount (sketch: Sketch, bucket: number, count: number): void {
  sketch.set(bucket, (sketch.get(bucket) ?? 0) + count)
}

/** Durations in milliseconds: for each share, from 0 to 1, the one that so large a share of all does not exceed. Null where there is none. */
export function quantilesOf (sketch: Sketch, shares: readonly number[]): ReadonlyArray<number | null> {
  const buckets = inOrder(sketch)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  return shares.map((share) => {
    let left = Math.max(1, Math.ceil(share * total))
    const [bucket = null] = buckets.find(([, count]) => (left -= count) <= 0) ?? []
    return bucket === null ? null : LEAST_MS * GROWTH ** bucket * 2 / (1 + GROWTH)
  })
}

/** As bytes: for each bucket how far it is from the one before, and its count, seven bits a byte, the low ones first. */
export function encodedSketch (sketch: Sketch): Uint8Array {
  const bytes: number[] = []
  let last = 0
  for (const [bucket, count] of inOrder(sketch)) {
    pushNumber(bytes, bucket - last)
    pushNumber(bytes, count)
    last = bucket
  }
  return Uint8Array.from(bytes)
}

function pushNumber (bytes: number[], value: number): void {
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + rest % 128)
  bytes.push(rest)
}

/** Adds what bytes hold. An end that is missing counts nothing. */
export function addEncoded (sketch: Sketch, bytes: Uint8Array): void {
  let value = 0
  let place = 1
  let bucket = 0
  let isCount = false
  for (const byte of bytes) {
    value += byte % 128 * place
    place *= 128
    if (byte >= 128) continue
    if (isCount) addCount(sketch, bucket, value)
    else bucket += value
    isCount = !isCount
    value = 0
    place = 1
  }
}

function inOrder (sketch: Sketch): ReadonlyArray<readonly [number, number]> {
  return [...sketch].sort(([one], [other]) => one - other)
}
