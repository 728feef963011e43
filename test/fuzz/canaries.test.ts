import t from 'tap'
import { sendCanaries } from './canaries.js'

t.test('a thousand secrets in every field and header leave no trace', async (t) => {
  const { sent, taken, traced, logged, found } = await sendCanaries(t, 1000, 1)
  t.ok(sent >= 1000)
  t.ok(taken > sent / 4, 'many were in requests that were taken')
  t.ok(logged > sent * 100)
  t.ok(traced > sent)
  t.same(found, [])
})
