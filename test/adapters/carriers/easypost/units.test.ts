import fc from 'fast-check'
import t from 'tap'
import { inchesOf, ouncesOf } from '#adapters/carriers/easypost/units.js'

t.test('known weights and sizes are those of the tables', async (t) => {
  t.same([1, 28, 29, 454, 1000, 68_000, 100_000].map(ouncesOf), [0.1, 1, 1.1, 16.1, 35.3, 2398.7, 3527.4])
  t.same([1, 25, 26, 254, 300, 2000].map(inchesOf), [0.1, 1, 1.1, 10, 11.9, 78.8])
})

/** The smallest number of tenths that is not below a fraction, by comparing products of big integers. */
function tenthsOf (numerator: bigint, denominator: bigint): number {
  let tenths = 0n
  for (let step = 2n ** 40n; step > 0n; step /= 2n) {
    if ((tenths + step - 1n) * denominator < numerator * 10n) tenths += step
  }
  return Number(tenths)
}

t.test('every weight and size is rounded up to a tenth, as an independent computation in big integers says', async (t) => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), (grams) => {
    const tenths = ouncesOf(grams) * 10
    return Math.round(tenths) === tenthsOf(BigInt(grams) * 1_000_000_000n, 28_349_523_125n)
  }))
  fc.assert(fc.property(fc.integer({ min: 1, max: 2_000 }), (millimetres) => Math.round(inchesOf(millimetres) * 10) === tenthsOf(BigInt(millimetres) * 10n, 254n)))
  t.pass('for all of them')
})
