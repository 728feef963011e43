import t from 'tap'
import type { Answer } from '../support/service.js'
import { fuzz, unreached } from './fuzz.js'
import { fuzzRaw } from './raw.js'
import type { FuzzRequest } from './requests.js'
import { startTarget } from './target.js'

const SEED = 1
/** Ten requests of each operation. */
const FEW = 500

t.test('requests that the document allows are accepted, and those that it forbids are refused', async (t) => {
  const { counts, violations } = await fuzz(await startTarget(t), 2000, SEED)
  t.same(violations, [])
  t.ok([...counts.values()].every(({ requests }) => requests >= 20))
  t.ok(unreached(counts).length < counts.size / 10, `most operations succeed; ${unreached(counts).join()}`)
})

t.test('any bytes on a connection are answered with a problem, or not at all', async (t) => {
  const { answers, violations } = await fuzzRaw(t, 400, SEED)
  t.same(violations, [])
  t.ok(answers > 400)
})

t.test('a service that breaks a rule is noticed', async (t) => {
  const target = await startTarget(t)
  const answer = (status: number, code: string): Answer => ({ status, headers: {}, text: '', body: { code } as Answer['body'] })
  const faults: Array<[what: RegExp, does: (request: FuzzRequest) => Answer | null]> = [
    [/the service failed: 500/, ({ kind }) => kind === 'odd' ? answer(500, 'internal_error') : null],
    [/what breaks a rule got 200/, ({ kind }) => kind === 'wrong' ? answer(200, '') : null],
    [/what breaks a rule got 404 not_found/, ({ kind }) => kind === 'wrong' ? answer(404, 'not_found') : null],
    [/what is right got 400 validation_failed/, ({ kind }) => kind === 'right' ? answer(400, 'validation_failed') : null],
    [/a stranger got 200/, ({ kind, caller }) => kind === 'stranger' && caller === 'nobody' ? answer(200, '') : null],
  ]
  for (const [what, does] of faults) {
    const { violations } = await fuzz({ ...target, send: async (request) => does(request) ?? await target.send(request) }, FEW, SEED, true)
    t.match(violations[0]?.what, what)
  }
  const { counts, violations } = await fuzz({ ...target, send: async () => { throw new Error('the answer is not as documented') } }, FEW, SEED, true)
  t.match(violations[0], { what: 'the answer is not as documented', request: /^(right|wrong|odd|stranger).*: [A-Z]+ \// })
  t.ok(unreached(counts).includes('sendMessage'))
})
