import fc from 'fast-check'
import t from 'tap'
import { chargedUntil, exhaustedAt, firstMeter, minutesOf, settledMeter, withMinutes } from '#domain/rooms/meter.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'

const at = (milliseconds: number): string => laterBy(START, milliseconds)
const meter = firstMeter({ roomId: 'room_1', streamerId: 'str_1' }, START)

t.test('a minute that has begun counts whole, the first one at once, and none after twelve hours', async (t) => {
  t.same([0, 1, 60_000, 60_001, 90_000, 120_000, 120_001].map((milliseconds) => minutesOf(START, at(milliseconds))), [1, 1, 1, 2, 2, 2, 3])
  t.equal(minutesOf(START, at(12 * 3_600_000)), 720)
  t.equal(minutesOf(START, at(100 * 3_600_000)), 720)
  t.equal(minutesOf(START, at(-5000)), 1, 'by a clock that is behind')
})

t.test('however late and however often a meter is looked at, the minutes are those of the broadcast', async (t) => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 50_000_000 }), fc.array(fc.nat(50_000_000), { maxLength: 20 }), (length, looks) => {
    let state = meter
    for (const look of looks.filter((milliseconds) => milliseconds < length).toSorted((one, other) => one - other)) {
      const missing = minutesOf(START, at(look)) - state.chargedMinutes
      if (missing > 0) state = withMinutes(state, missing, null)
    }
    state = withMinutes(state, minutesOf(START, at(length)) - state.chargedMinutes, at(length))
    t.equal(state.chargedMinutes, minutesOf(START, at(length)))
    t.equal(state.dueAt, null)
  }), { numRuns: 200, seed: 1 })
})

t.test('a meter is due when the next minute begins, and an ended one as long as minutes are missing', async (t) => {
  t.match(withMinutes(meter, 2, null), { chargedMinutes: 2, dueAt: at(120_001) })
  t.equal(chargedUntil({ ...meter, chargedMinutes: 2 }), at(120_000))
  t.match(withMinutes(meter, 2, at(180_000)), { dueAt: at(120_001) })
  t.match(withMinutes(meter, 3, at(180_000)), { dueAt: null })
})

t.test('a broadcast without minutes ends with the last one, or when the service looks again after a minute', async (t) => {
  const charged = withMinutes(meter, 2, null)
  t.equal(exhaustedAt(charged, at(120_001)), at(120_000))
  t.equal(exhaustedAt(charged, at(179_999)), at(120_000))
  t.equal(exhaustedAt(charged, at(180_000)), at(180_000))
  t.match(settledMeter(charged, at(120_000)), { unchargedMinutes: 0, dueAt: null })
  t.match(settledMeter(charged, at(181_000)), { unchargedMinutes: 2, dueAt: null })
  t.match(settledMeter(charged, at(59_000)), { unchargedMinutes: 0 }, 'by a clock that is ahead')
})
