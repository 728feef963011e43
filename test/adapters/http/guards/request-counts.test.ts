import t from 'tap'
import { ADDRESS, type CountTogether, makeUserCounts, RequestCounts, SharedRequestCounts, USER } from '#adapters/http/guards/request-counts.js'

const WINDOW_MS = 60_000

function counting (max: number, windowMs = WINDOW_MS) {
  const counts = new RequestCounts({}, max).child()
  return (key: string, times = 1): number => {
    let current = 0
    for (let count = 0; count < times; count++) counts.incr(key, (_error, found) => { current = found.current }, windowMs)
    return current
  }
}

t.test('a count begins anew when its window is over', async (t) => {
  t.equal(counting(2)(`${USER}ada`, 3), 3)
  t.equal(counting(2, 0)(`${USER}ada`, 3), 1)
})

t.test('strangers push no user out, and fresh addresses no busy one', async (t) => {
  const count = counting(20)
  count(`${USER}eve`, 5)
  count(`${ADDRESS}192.0.2.7`, 5)
  for (let stranger = 0; stranger < 1000; stranger++) count(`${ADDRESS}198.51.100.${stranger}`)
  t.equal(count(`${USER}eve`), 6)
  t.equal(count(`${ADDRESS}192.0.2.7`), 6)
  t.equal(count(`${ADDRESS}198.51.100.0`), 1, 'and the memory has an end')
})

t.test('a count that is over goes first', async (t) => {
  const counts = new RequestCounts({}, 2)
  const found: number[] = []
  const count = (key: string, windowMs: number) => { counts.incr(key, (_error, { current }) => { found.push(current) }, windowMs) }
  count('over', 0)
  count('open', WINDOW_MS)
  count('next', WINDOW_MS)
  count('open', WINDOW_MS)
  t.same(found, [1, 1, 1, 2])
})

t.test('counts over several processes are theirs, and where these do not answer, those of this one', async (t) => {
  const asked: unknown[] = []
  const answers: Array<Awaited<ReturnType<CountTogether>> | Error> = [{ current: 7, ttl: 5 }, null, new Error('broken')]
  const counts = new SharedRequestCounts(async (...count) => {
    asked.push(count)
    const answer = answers.shift() ?? null
    if (answer instanceof Error) throw answer
    return answer
  }, '').child({ routeInfo: { method: 'POST', url: '/api/x' } })
  const count = async (): Promise<unknown> => await new Promise((resolve) => { counts.incr(`${USER}ada`, (error, { current }) => { resolve(error?.message ?? current) }, WINDOW_MS) })
  t.same([await count(), await count(), await count()], [7, 2, 'broken'])
  t.same(asked[0], ['POST /api/x', `${USER}ada`, WINDOW_MS])
})

t.test('what users do beside requests is counted alone or over several processes, and each learns of their own count', async (t) => {
  const alone = makeUserCounts(null, 'typing')
  t.match(await Promise.all([alone('ada ben', WINDOW_MS), alone('ada ben', WINDOW_MS), alone('ben ada', WINDOW_MS)]), [{ current: 1 }, { current: 2 }, { current: 1 }])
  const asked: unknown[] = []
  const together = makeUserCounts(async (...count) => {
    asked.push(count)
    if (asked.length > 1) throw new Error('broken')
    return { current: 7, ttl: 5 }
  }, 'typing')
  t.same(await together('ada ben', WINDOW_MS), { current: 7, ttl: 5 })
  t.same(asked, [['typing', `${USER}ada ben`, WINDOW_MS]])
  await t.rejects(together('ada ben', WINDOW_MS), { message: 'broken' })
})
