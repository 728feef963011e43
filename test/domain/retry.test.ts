import t from 'tap'
import { firstTry, nextTry } from '#domain/retry.js'
import { laterBy } from '#domain/time.js'
import { START } from '../support/builders.js'

t.test('the tries of a schedule follow its waits, and end with them', async (t) => {
  t.equal(firstTry([10, 200], START), laterBy(START, 10))
  t.same([0, 1, 2].map((tries) => nextTry([10, 200], tries, START)), [laterBy(START, 10), laterBy(START, 200), null])
})

t.test('a share lengthens or shortens a wait, to whole milliseconds', async (t) => {
  t.same([0.8, 1.25].map((share) => nextTry([101], 0, START, share)), [laterBy(START, 81), laterBy(START, 126)])
})
