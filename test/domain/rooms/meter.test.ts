import fc from 'fast-check'
import t from 'tap'
import { absenceEnd, chargedUntil, exhaustedAt, firstMeter, heardMeter, minutesOf, presentMeter, settledMeter, withMinutes } from '#domain/rooms/meter.js'
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

t.test('each word of a streamer who came or went begins their time anew, but for a coming of one who was never away', async (t) => {
  t.equal(heardMeter(meter, true, at(1)), meter)
  const gone = heardMeter(meter, false, at(1000))
  t.same(gone, { ...meter, absentSince: at(1000) })
  t.same(heardMeter(gone, true, at(2000)), { ...meter, absentSince: at(2000) }, 'a word that comes late ends no absence')
  t.same(heardMeter(gone, false, at(3000)), { ...meter, absentSince: at(3000) })
  t.same(presentMeter(gone), meter)
  t.same(withMinutes(gone, 1, null).absentSince, at(1000), 'a charge keeps it')
})

t.test('a streamer may be away for five minutes, and the longest broadcast ends as such', async (t) => {
  t.equal(absenceEnd(meter, at(9_999_999)), null)
  const gone = heardMeter(meter, false, at(1000))
  t.equal(absenceEnd(gone, at(300_999)), null)
  t.equal(absenceEnd(gone, at(301_000)), at(301_000))
  t.equal(absenceEnd(gone, at(9_999_999)), at(301_000))
  const late = (seconds: number) => absenceEnd(heardMeter(meter, false, at(12 * 3_600_000 - 300_000 + seconds * 1000)), at(99_999_999))
  t.equal(late(0), at(12 * 3_600_000))
  t.equal(late(1), null)
})
