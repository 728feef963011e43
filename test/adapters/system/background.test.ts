import t from 'tap'
import { makeBackground } from '#adapters/system/system.js'

t.test('a task runs after the current work, and a failure is reported', async (t) => {
  const told: unknown[] = []
  const done: string[] = []
  const { run, idle } = makeBackground((error) => { told.push(error) })
  run(async () => { done.push('first') })
  run(async () => { throw new Error('failed') })
  run(async () => {
    done.push('second')
    run(async () => { done.push('of the second') })
  })
  await new Promise((resolve) => { setImmediate(resolve) })
  t.same(done, [])
  await idle()
  t.same(done, ['first', 'second', 'of the second'])
  t.match(told, [{ message: 'failed' }])
  await idle()
})

t.test('a thousand tasks may wait, and finished ones make room', async (t) => {
  const { run, idle } = makeBackground(() => {})
  let done = 0
  const task = async (): Promise<void> => { done++ }
  for (let count = 0; count < 1000; count++) run(task)
  t.throws(() => { run(task) }, { code: 'busy', retryAfterS: 2 })
  await idle()
  t.equal(done, 1000)
  run(task)
  await idle()
  t.equal(done, 1001)
})
