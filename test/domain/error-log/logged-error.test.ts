import fc from 'fast-check'
import t from 'tap'
import type { Occurrence } from '#domain/error-log/occurrence.js'
import { inState, KEPT_MS, seen, sightingOf, together, told, type Sighting } from '#domain/error-log/logged-error.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'

const occurrence: Occurrence = { kind: 'request', name: 'Error', code: 'busy', where: 'GET /', message: 'm'.repeat(501), stack: 's'.repeat(4097), requestId: 'r', traceId: 't' }
const at = (second: number) => laterBy(START, second * 1000)
const sighting = (second: number, count = 1): Sighting => ({ ...sightingOf({ ...occurrence, requestId: `r-${second}` }, 'err_1', at(second), '1.0.0'), count })

t.test('a sample keeps the beginning of message and stack', async (t) => {
  const { first } = sighting(1)
  t.same([first.message.length, first.stack?.length], [500, 4096])
  t.equal(sightingOf({ ...occurrence, stack: null }, 'err_1', START, '1').newest.stack, null)
})

t.test('sightings in any order make the same error', async () => {
  const sightings = fc.uniqueArray(fc.record({ second: fc.nat(1000), count: fc.integer({ min: 1, max: 9 }) }), { minLength: 1, maxLength: 8, selector: ({ second }) => second })
  fc.assert(fc.property(sightings.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), ([list, shuffled]) => {
    const [one, other] = [list, shuffled].map((some) => some.map(({ second, count }) => sighting(second, count)).reduce((all, next) => together(all, next)))
    const seconds = list.map(({ second }) => second)
    return JSON.stringify(one) === JSON.stringify(other) && one?.first.at === at(Math.min(...seconds)) && one.newest.at === at(Math.max(...seconds))
  }))
})

t.test('an error is new once, and is kept for 30 days after it was seen last', async (t) => {
  const first = seen(null, sighting(5, 2))
  t.match(first, { state: 'open', isTold: false, count: 2, version: 1, expiresAt: laterBy(at(5), KEPT_MS), regressedAt: null, resolvedAt: null })
  const heard = told(first)
  t.match(heard, { isTold: true, version: 2 })
  t.equal(told(heard), heard)
  t.match(seen(heard, sighting(3)), { isTold: true, count: 3, version: 3, first: { requestId: 'r-3' }, newest: { requestId: 'r-5' }, expiresAt: first.expiresAt })
})

t.test('an error that was resolved is open again when it is seen after that, and a muted one stays muted', async (t) => {
  const heard = told(seen(null, sighting(5)))
  const resolved = inState(heard, 'resolved', at(10))
  t.match(resolved, { state: 'resolved', resolvedAt: at(10), version: 3 })
  t.equal(inState(resolved, 'resolved', at(11)), resolved)
  t.match(seen(resolved, sighting(10)), { state: 'resolved', isTold: true, regressedAt: null }, 'an earlier failure that was written late')
  const again = seen(resolved, sighting(11))
  t.match(again, { state: 'open', isTold: false, regressedAt: at(11), resolvedAt: null, version: 4 })
  t.match(inState(again, 'open', at(12)), again)
  t.match(seen(inState(heard, 'muted', at(6)), sighting(99)), { state: 'muted', isTold: true, count: 2, resolvedAt: null })
  t.match(inState(inState(heard, 'resolved', at(10)), 'open', at(11)), { state: 'open', resolvedAt: null })
})
