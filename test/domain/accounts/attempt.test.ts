import fc from 'fast-check'
import t from 'tap'
import { ACCOUNT_LIMIT, attempted, counted, DECLINES_OF_PAYER, forgiven, roomIn, type Attempts } from '#domain/accounts/attempt.js'
import { HOUR_MS, laterBy } from '#domain/time.js'

const START = '2026-03-01T12:00:00.000Z'

t.test('as many attempts may be under way as may fail before the next one has to wait, and one at least', async (t) => {
  let attempts: Attempts | null = null
  const rooms: number[] = []
  for (let index = 0; index < 7; index++) {
    rooms.push(roomIn(attempts, DECLINES_OF_PAYER, START))
    attempts = counted(attempts, DECLINES_OF_PAYER, START)
  }
  t.same(rooms, [5, 4, 3, 2, 1, 1, 1])
  t.equal(roomIn(attempts, DECLINES_OF_PAYER, laterBy(START, 2 * HOUR_MS)), 5, 'once they are void')
})

t.test('no spread of attempts gets more through in a day than the delays allow', async () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 200 }), (gaps) => {
    let [state, now, passed]: [Attempts | null, string, number] = [null, START, 0]
    for (const gap of gaps) {
      now = laterBy(now, gap)
      try {
        state = attempted(state, ACCOUNT_LIMIT, now)
        passed++
      } catch {
        if (state?.blockedUntil == null || state.blockedUntil <= now) throw new Error('refused without reason')
      }
    }
    const hours = (Date.parse(now) - Date.parse(START)) / 3_600_000
    // Nine delays until the longest one, four of which fit into an hour.
    return passed <= 5 + 9 + 4 * hours + 1
  }))
})

t.test('an expired count begins anew, and its versions continue', async (t) => {
  const state = attempted(null, ACCOUNT_LIMIT, START)
  t.same(state, { count: 1, blockedUntil: null, expiresAt: '2026-03-01T13:00:00.000Z', version: 1 })
  t.match(attempted(state, ACCOUNT_LIMIT, '2026-03-01T12:59:59.999Z'), { count: 2, version: 2 })
  t.match(attempted(state, ACCOUNT_LIMIT, '2026-03-01T13:00:00.000Z'), { count: 1, version: 2 })
  t.match(forgiven({ ...state, count: 3, blockedUntil: START }), { count: 2, blockedUntil: null, version: 2 })
  t.match(forgiven({ ...state, count: 0 }), { count: 0 })
  t.equal(forgiven(null), null)
})
