import t from 'tap'
import { sendCanaries } from './canaries.js'

t.test('a thousand secrets in every field and header leave no trace', async (t) => {
  const { sent, taken, traced, logged, failed, found } = await sendCanaries(t, 1000, 1)
  t.ok(sent >= 1000)
  t.ok(taken > sent / 4, 'many were in requests that were taken')
  t.ok(logged > sent * 100)
  t.ok(traced > sent)
  t.ok(failed > sent / 50, `the error log heard of ${failed}`)
  t.same(found, [])
})
