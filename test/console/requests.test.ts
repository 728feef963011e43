import t from 'tap'
import { ask, challenge, isSame, needOf } from '../../console/src/challenge.js'
import { asProblem, isAbort, Problem, problemOf } from '../../console/src/problem.js'
import { EventReader } from '../../console/src/sse.js'

t.test('a refusal keeps its code, its words and its request', async (t) => {
  const problem = problemOf(409, { code: 'dispute_open', detail: 'a dispute is open', title: 'Conflict', instance: 'urn:basvideo:request:r-1' }, '5')
  t.match(problem, { status: 409, code: 'dispute_open', message: 'a dispute is open', requestId: 'r-1', retryAfterS: 5 })
  t.match(problemOf(502, null), { status: 502, code: 'unknown', message: 'HTTP 502', requestId: null, retryAfterS: null })
  t.match(problemOf(404, { title: 'Not found' }), { message: 'Not found' })
  t.equal(asProblem(problem), problem)
  t.match(asProblem(new TypeError('Failed to fetch')), { status: 0, code: 'unreachable' })
  t.match(asProblem('odd'), { code: 'unknown', message: 'odd' })
  t.ok(problem instanceof Problem)
  t.same([isAbort(new DOMException('', 'AbortError')), isAbort(new Error('x'))], [true, false])
})

t.test('a session that has ended and a second factor are asked for, other refusals are not', async (t) => {
  t.same([needOf(401, 'unauthorized'), needOf(401, undefined), needOf(401, 'second_factor_required'), needOf(401, 'invalid_credentials'), needOf(403, 'step_up_required'), needOf(403, 'forbidden'), needOf(500, 'step_up_required')],
    ['session', 'session', null, null, 'step-up', null, null])
})

t.test('requests that wait for the same are asked for once, and all go on', async (t) => {
  const [one, other] = [ask('session'), ask('session')]
  t.equal(challenge.value?.need, 'session')
  challenge.value?.settle(true)
  t.same(await Promise.all([one, other]), [true, true])
  t.equal(challenge.value, null)
})

t.test('a dialog that is closed lets what waited fail', async (t) => {
  const asked = ask('step-up')
  challenge.value?.settle(false)
  t.equal(await asked, false)
})

t.test('a session that ends while the second factor is asked for settles both', async (t) => {
  const [stepUp, session] = [ask('step-up'), ask('session')]
  t.equal(challenge.value?.need, 'session')
  challenge.value?.settle(true)
  t.same(await Promise.all([stepUp, session]), [true, true])
  t.equal(challenge.value, null)
})

t.test('what one person has begun, another does not end', async (t) => {
  const ada = { userId: 'ada', isSharedToken: false }
  t.equal(isSame(ada, { ...ada }), true)
  t.equal(isSame(ada, { userId: 'can', isSharedToken: false }), false)
  t.equal(isSame({ isSharedToken: false }, { isSharedToken: true }), false)
  t.same([isSame(null, ada), isSame(undefined, ada)], [false, false])
})

t.test('events are read however the stream is cut, and comments are none', async (t) => {
  const stream = ': hello\n\nretry: 1000\n\nevent: health\ndata: {"a":1}\n\ndata: one\r\ndata: two\r\n\r\nevent: empty\n\n'
  for (const size of [1, 2, 7, stream.length]) {
    const reader = new EventReader()
    const events = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) => reader.read(stream.slice(index * size, (index + 1) * size))).flat()
    t.same(events, [{ event: 'health', data: '{"a":1}' }, { event: 'message', data: 'one\ntwo' }], `pieces of ${size}`)
  }
})
