import t from 'tap'
import type { Answer } from '../support/service.js'
import { fuzz, unreached } from './fuzz.js'
import { fuzzRaw } from './raw.js'
import type { FuzzRequest } from './requests.js'
import { startTarget } from './target.js'

const SEED = 1
/** Ten of each operation. */
const FEW = 500

t.test('what the document allows is taken, and what it forbids is refused', async (t) => {
  const { counts, violations } = await fuzz(await startTarget(t), 1000, SEED)
  t.same(violations, [])
  t.ok([...counts.values()].every(({ requests }) => requests >= 20))
  t.ok(unreached(counts).length < counts.size / 10, 'most operations are taken')
})

t.test('whatever comes over a connection is answered as a problem, or not at all', async (t) => {
  const { answers, violations } = await fuzzRaw(t, 400, SEED)
  t.same(violations, [])
  t.ok(answers > 400)
})

t.test('a service that answers otherwise is found out', async (t) => {
  const target = await startTarget(t)
  const answer = (status: number, code: string): Answer => ({ status, headers: {}, text: '', body: { code } as Answer['body'] })
  const doings: Array<[what: RegExp, does: (request: FuzzRequest) => Answer | null]> = [
    [/the service failed: 500/, ({ kind }) => kind === 'odd' ? answer(500, 'internal_error') : null],
    [/what breaks a rule got 200/, ({ kind }) => kind === 'wrong' ? answer(200, '') : null],
    [/what breaks a rule got 404 not_found/, ({ kind }) => kind === 'wrong' ? answer(404, 'not_found') : null],
    [/what is right got 400 validation_failed/, ({ kind }) => kind === 'right' ? answer(400, 'validation_failed') : null],
    [/a stranger got 200/, ({ kind, caller }) => kind === 'stranger' && caller === 'nobody' ? answer(200, '') : null],
  ]
  for (const [what, does] of doings) {
    const { violations } = await fuzz({ ...target, send: async (request) => does(request) ?? await target.send(request) }, FEW, SEED, true)
    t.match(violations[0]?.what, what)
  }
  const { counts, violations } = await fuzz({ ...target, send: async () => { throw new Error('the answer is not as documented') } }, FEW, SEED, true)
  t.match(violations[0], { what: 'the answer is not as documented', request: /^(right|wrong|odd|stranger).*: [A-Z]+ \// })
  t.ok(unreached(counts).includes('sendMessage'))
})
