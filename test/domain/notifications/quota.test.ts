import t from 'tap'
import { spent } from '#domain/notifications/quota.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'

const until = laterBy(START, 5000)

t.test('units are counted up to a number, and anew once the count has expired', (t) => {
  const one = spent(null, 3, { max: 5, until }, START)
  t.same(one, { count: 3, blockedUntil: null, expiresAt: until, version: 1 })
  t.throws(() => spent(one, 3, { max: 5, until }, START), { code: 'too_many_attempts', retryAfterS: 5 })
  const two = spent(one, 2, { max: 5, until }, laterBy(START, 4999))
  t.match(two, { count: 5, version: 2 })
  t.match(spent(two, 1, { max: 5, until: laterBy(until, 5000) }, until), { count: 1, expiresAt: laterBy(until, 5000), version: 3 })
  t.end()
})
