import t from 'tap'
import { startJob } from '#infrastructure/runtime/job.js'

const HOUR_MS = 3_600_000

function refuse (_name: string, error: unknown): never {
  throw error
}

t.test('a job runs one piece after another while there is more', async (t) => {
  const done = Promise.withResolvers<undefined>()
  let pieces = 0
  const worker = startJob({
    name: 'count',
    pauseMs: HOUR_MS,
    run: async () => {
      pieces++
      if (pieces === 3) done.resolve(undefined)
      return pieces < 3
    },
  }, refuse)
  await done.promise
  await worker.stop()
  t.equal(pieces, 3)
})

t.test('a job runs again after its pause', async (t) => {
  const again = Promise.withResolvers<undefined>()
  let pieces = 0
  const worker = startJob({
    name: 'look',
    pauseMs: 1,
    run: async () => {
      if (++pieces === 2) again.resolve(undefined)
      return false
    },
  }, refuse)
  await again.promise
  await worker.stop()
  t.pass('it looked twice')
})

t.test('a piece that fails is reported, and the job goes on', async (t) => {
  const again = Promise.withResolvers<undefined>()
  const told: unknown[] = []
  let pieces = 0
  const worker = startJob({
    name: 'fail',
    pauseMs: 1,
    run: async () => {
      if (++pieces === 1) throw new Error('no luck')
      again.resolve(undefined)
      return false
    },
  }, (name, error) => { told.push(name, (error as Error).message) })
  await again.promise
  await worker.stop()
  t.same(told, ['fail', 'no luck'])
})

t.test('stopping waits for the running piece, and signals it', async (t) => {
  const begun = Promise.withResolvers<undefined>()
  const goOn = Promise.withResolvers<undefined>()
  let aborted = false
  let finished = false
  const worker = startJob({
    name: 'last',
    pauseMs: HOUR_MS,
    run: async (signal) => {
      begun.resolve(undefined)
      await goOn.promise
      aborted = signal.aborted
      finished = true
      return true
    },
  }, refuse)
  await begun.promise
  const stopped = worker.stop()
  goOn.resolve(undefined)
  await stopped
  t.same([aborted, finished], [true, true])
})

t.test('other work gets its turn between two pieces', async (t) => {
  const turns: string[] = []
  const done = Promise.withResolvers<undefined>()
  let pieces = 0
  const worker = startJob({
    name: 'busy',
    pauseMs: HOUR_MS,
    run: async () => {
      turns.push('piece')
      if (++pieces === 1) setImmediate(() => { turns.push('request') })
      if (pieces === 3) done.resolve(undefined)
      return pieces < 3
    },
  }, refuse)
  await done.promise
  await worker.stop()
  t.same(turns, ['piece', 'request', 'piece', 'piece'])
})

t.test('at its end a job releases what others wait for, and stops even if that fails', async (t) => {
  const told: unknown[] = []
  const done: string[] = []
  const end = async () => {
    done.push('end')
    throw new Error('no luck')
  }
  const worker = startJob({ name: 'last', pauseMs: HOUR_MS, run: async () => { done.push('piece'); return false }, end }, (name, error) => { told.push(name, (error as Error).message) })
  await worker.stop()
  t.same(done, ['piece', 'end'])
  t.same(told, ['last', 'no luck'])
})
