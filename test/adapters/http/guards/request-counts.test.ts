import t from 'tap'
import { ADDRESS, RequestCounts, USER } from '#adapters/http/guards/request-counts.js'

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
