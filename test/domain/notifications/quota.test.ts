import t from 'tap'
import { spent, taken } from '#domain/notifications/quota.js'
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

t.test('a key is taken by one holder, who may take it again, and by another one once it has expired', (t) => {
  const own = taken(null, 'ntf_1', until, START)
  t.same(own, { count: 1, blockedUntil: null, by: 'ntf_1', expiresAt: until, version: 1 })
  t.equal(taken(own, 'ntf_1', until, START), own)
  t.throws(() => taken(own, 'ntf_2', until, START), { code: 'too_many_attempts', retryAfterS: 5 })
  t.match(taken(own, 'ntf_2', until, until), { count: 1, by: 'ntf_2', version: 2 })
  t.end()
})
