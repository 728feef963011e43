import t from 'tap'
import { keyFromSecret } from '#adapters/tokens/own-tokens.js'
import { makeRefreshSuccessors } from '#adapters/tokens/refresh-successors.js'

const [OLD, NEW] = [keyFromSecret('the old key'), keyFromSecret('the new key')]
const token = { sessionId: 'ses_1', secret: 's'.repeat(43) }

t.test('a successor is the same on every node, differs by session, token and key, and looks like any secret', async (t) => {
  const { next } = makeRefreshSuccessors([OLD])
  t.equal(makeRefreshSuccessors([OLD]).next(token), next(token))
  t.match(next(token), /^[\w-]{43}$/)
  const others = [next({ ...token, sessionId: 'ses_2' }), next({ ...token, secret: 't'.repeat(43) }), makeRefreshSuccessors([NEW]).next(token)]
  t.equal(new Set([next(token), ...others]).size, 4)
})

t.test('while keys are rotated, a node finds the successor that another one made by its first key', async (t) => {
  const [before, during] = [makeRefreshSuccessors([OLD]), makeRefreshSuccessors([NEW, OLD])]
  t.same(during.all(token), [during.next(token), before.next(token)])
  t.same(makeRefreshSuccessors([OLD, NEW]).all(token), [before.next(token), during.next(token)])
})
