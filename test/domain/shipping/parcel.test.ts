import fc from 'fast-check'
import t from 'tap'
import { chargeableOf, desiOf } from '#domain/shipping/parcel.js'

const side = fc.integer({ min: 1, max: 2000 })
const parcels = fc.array(fc.record({ lengthMm: side, widthMm: side, heightMm: side, weightG: fc.integer({ min: 1, max: 100_000 }) }), { minLength: 1, maxLength: 20 })

t.test('a desi is 3,000 cubic centimetres, and a part of one counts whole', async (t) => {
  const weightG = 1
  t.equal(desiOf({ lengthMm: 300, widthMm: 200, heightMm: 50, weightG }), 1)
  t.equal(desiOf({ lengthMm: 300, widthMm: 200, heightMm: 51, weightG }), 2)
  t.equal(desiOf({ lengthMm: 1, widthMm: 1, heightMm: 1, weightG }), 1)
  t.equal(desiOf({ lengthMm: 2000, widthMm: 2000, heightMm: 2000, weightG }), 2667)
  t.equal(desiOf({ lengthMm: 300, widthMm: 200, heightMm: 100, weightG }, 5000), 2)
})

t.test('a parcel is charged by its desi or its kilograms, whichever is more', async (t) => {
  t.equal(chargeableOf([{ lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }]), 2)
  t.equal(chargeableOf([{ lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 2001 }]), 3)
  t.equal(chargeableOf([{ lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }, { lengthMm: 10, widthMm: 10, heightMm: 10, weightG: 5000 }]), 7)
})

t.test('desi are what exact arithmetic says', async (t) => {
  const ceil = (dividend: bigint, divisor: bigint) => (dividend + divisor - 1n) / divisor
  fc.assert(fc.property(parcels, fc.integer({ min: 1, max: 10_000 }), (all, divisor) => {
    const exact = all.reduce((sum, { lengthMm, widthMm, heightMm, weightG }) => {
      const [volume, mass] = [ceil(BigInt(lengthMm) * BigInt(widthMm) * BigInt(heightMm), BigInt(divisor) * 1000n), ceil(BigInt(weightG), 1000n)]
      return sum + (volume > mass ? volume : mass)
    }, 0n)
    return BigInt(chargeableOf(all, divisor)) === exact
  }))
  t.pass('for any parcels and divisors')
})
