import t from 'tap'
import { givingWay } from '#infrastructure/runtime/job.js'

const { signal } = new AbortController()

/** Pieces of 100 ms, at a time and an urgency that the test sets. */
function working ({ fails = false } = {}) {
  const at = { ms: 0, urgent: true, pieces: 0 }
  const work = {
    name: 'work',
    pauseMs: 1,
    run: async () => {
      at.pieces++
      at.ms += 100
      if (fails) throw new Error('not this time')
      return true
    },
  }
  return { at, work: givingWay(work, () => at.urgent, () => at.ms) }
}

t.test('while something is urgent, work rests four times as long as its pieces take', async (t) => {
  const { at, work } = working()
  for (; at.ms < 10_000; at.ms += 10) await work.run(signal)
  t.equal(at.pieces, 20)
})

t.test('work goes on at once when nothing is urgent', async (t) => {
  const { at, work } = working()
  await work.run(signal)
  t.equal(await work.run(signal), false)
  at.urgent = false
  t.equal(await work.run(signal), true)
  t.equal(at.pieces, 2)
})

t.test('a piece that fails counts too', async (t) => {
  const { at, work } = working({ fails: true })
  await t.rejects(work.run(signal), { message: 'not this time' })
  t.equal(await work.run(signal), false)
  t.equal(at.pieces, 1)
})
