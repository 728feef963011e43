import fc from 'fast-check'
import t from 'tap'
import { ACCOUNT_LIMIT, attempted, forgiven, type Attempts } from '#domain/accounts/attempt.js'
import { laterBy } from '#domain/time.js'

const START = '2026-03-01T12:00:00.000Z'

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
