import t from 'tap'
import { Bell } from '#infrastructure/runtime/bell.js'
import { startJob } from '#infrastructure/runtime/job.js'

const HOUR_MS = 3_600_000

/** A job that rests for an hour, and waits within each piece until it is let go. */
function aJob (bell: Bell) {
  const begun: Array<() => void> = []
  let onBegin = (): void => {}
  const running = startJob({
    name: 'look',
    pauseMs: HOUR_MS,
    bell,
    run: async () => {
      await new Promise<void>((resolve) => {
        begun.push(resolve)
        onBegin()
      })
      return false
    },
  }, (_name, error) => { throw error })
  return {
    ...running,
    /** Resolves once so many pieces have begun. */
    pieces: async (count: number) => {
      await new Promise<void>((resolve) => {
        onBegin = () => { if (begun.length >= count) resolve() }
        onBegin()
      })
    },
    letGo: () => { begun.at(-1)?.() },
  }
}

t.test('a bell ends the rest of a job', async (t) => {
  const bell = new Bell()
  const job = aJob(bell)
  await job.pieces(1)
  job.letGo()
  await new Promise(setImmediate)
  bell.ring()
  await job.pieces(2)
  job.letGo()
  await job.stop()
  t.pass('it looked again')
})

t.test('a bell that rings while the job works lets it look again, once', async (t) => {
  const bell = new Bell()
  const job = aJob(bell)
  await job.pieces(1)
  bell.ring()
  bell.ring()
  job.letGo()
  await job.pieces(2)
  job.letGo()
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
  await job.stop()
  t.pass('it looked twice')
})

t.test('pieces that a bell calls begin as far apart as it says, the first one at once', async (t) => {
  const patient = new Bell(HOUR_MS)
  const job = aJob(patient)
  await job.pieces(1)
  job.letGo()
  await new Promise(setImmediate)
  patient.ring()
  await job.pieces(2)
  for (const isAtWork of [true, false]) {
    patient.ring()
    if (isAtWork) job.letGo()
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
    patient.ring()
  }
  const begun = await Promise.race([job.pieces(3).then(() => 3), new Promise<number>((resolve) => { setImmediate(resolve, 2) })])
  t.equal(begun, 2)
  await job.stop()
  const quick = new Bell(20)
  const next = aJob(quick)
  await next.pieces(1)
  next.letGo()
  await new Promise(setImmediate)
  quick.ring()
  await next.pieces(2)
  const start = performance.now()
  quick.ring()
  next.letGo()
  await next.pieces(3)
  t.ok(performance.now() - start > 15)
  next.letGo()
  await next.stop()
})

t.test('a rest ends with its time, and with the signal', async (t) => {
  const bell = new Bell()
  const stop = new AbortController()
  await bell.rest(1, stop.signal)
  const resting = bell.rest(HOUR_MS, stop.signal)
  stop.abort()
  await resting
  await bell.rest(HOUR_MS, stop.signal)
  t.pass()
})
