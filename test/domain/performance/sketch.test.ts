import { DDSketch } from '@datadog/sketches-js'
import fc from 'fast-check'
import t from 'tap'
import { addDuration, addEncoded, addSketch, encodedSketch, quantilesOf, type Sketch } from '#domain/performance/sketch.js'

const SHARES = [0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1]
/** From the least duration that is told apart to more than a day, most of them short. */
const durations = fc.array(fc.double({ min: Math.log(0.05), max: Math.log(100_000_000), noNaN: true }).map(Math.exp), { minLength: 1, maxLength: 300 })

function sketchOf (all: readonly number[]): Sketch {
  const sketch: Sketch = new Map()
  for (const ms of all) addDuration(sketch, ms)
  return sketch
}

function together (...sketches: readonly Sketch[]): Sketch {
  const sum: Sketch = new Map()
  for (const one of sketches) addSketch(sum, one)
  return sum
}

function decoded (bytes: Uint8Array): Sketch {
  const sketch: Sketch = new Map()
  addEncoded(sketch, bytes)
  return sketch
}

/** Compares bytes, which do not depend on the order of a map. */
const same = (one: Sketch, other: Sketch): boolean => Buffer.compare(encodedSketch(one), encodedSketch(other)) === 0
const isNear = (found: number | null | undefined, exact: number | undefined): boolean => Math.abs((found ?? NaN) / (exact ?? NaN) - 1) <= 0.02

t.test('every quantile is within 2 % of the exact one', async (t) => {
  fc.assert(fc.property(durations, (all) => {
    const sorted = all.toSorted((one, other) => one - other)
    const found = quantilesOf(sketchOf(all), SHARES)
    return SHARES.every((share, index) => isNear(found[index], sorted[Math.max(1, Math.ceil(share * all.length)) - 1]))
  }))
  t.same(quantilesOf(sketchOf([0, 0.01]), [0.5]).map((ms) => Number(ms?.toFixed(2))), [0.05], 'what is shorter counts as the least')
  t.same(quantilesOf(new Map(), [0.5, 0.99]), [null, null])
})

t.test('the sketch of two sets is the sum of theirs, in any order', async () => {
  fc.assert(fc.property(durations, durations, durations, (one, two, three) => {
    const [a, b, c] = [sketchOf(one), sketchOf(two), sketchOf(three)]
    return same(together(a, b), together(b, a)) && same(together(together(a, b), c), together(a, together(b, c))) && same(together(a, b), sketchOf([...one, ...two]))
  }))
})

t.test('a sketch comes back from its bytes as it was, and bytes are added without being read first', async () => {
  const counts = fc.array(fc.tuple(fc.nat(600), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })), { maxLength: 50 }).map((pairs) => new Map(pairs))
  fc.assert(fc.property(counts, (sketch) => same(decoded(encodedSketch(sketch)), sketch)))
  fc.assert(fc.property(durations, durations, (one, two) => {
    const sum = sketchOf(one)
    addEncoded(sum, encodedSketch(sketchOf(two)))
    return same(sum, together(sketchOf(one), sketchOf(two)))
  }))
})

t.test('bytes that are cut off or mean nothing are read to their end', async (t) => {
  const bytes = encodedSketch(sketchOf([1, 10, 100, 1000]))
  t.equal(decoded(bytes.slice(0, -1)).size, 3)
  t.equal(decoded(Uint8Array.of(200, 200, 200)).size, 0)
  fc.assert(fc.property(fc.uint8Array(), (any) => decoded(any).size <= any.length))
})

t.test('60,000 durations with a slow tail take at most 1,000 bytes', async (t) => {
  // Spread like a log-normal distribution, without chance.
  const slow = Array.from({ length: 60_000 }, (_, index) => Math.exp(Math.sin(index) + Math.sin(index * 1.7) + Math.sin(index * 2.9)) * (index % 100 === 0 ? 40 : 1))
  t.ok(encodedSketch(sketchOf(slow)).length <= 1000)
})

t.test('an independent implementation finds the same quantiles', async (t) => {
  const peer = new DDSketch({ relativeAccuracy: 0.0196 })
  const all = Array.from({ length: 20_000 }, (_, index) => 0.05 + Math.exp(8 * Math.abs(Math.sin(index * 0.7))))
  for (const ms of all) peer.accept(ms)
  const found = quantilesOf(sketchOf(all), SHARES)
  for (const [index, share] of SHARES.entries()) {
    // Both are at most 2 % off, in either direction.
    t.ok(Math.abs(Number(found[index]) / Number(peer.getValueAtQuantile(share)) - 1) <= 0.0401, String(share))
  }
})
