import t from 'tap'
import { Crew, type WorkerProcess } from '#infrastructure/workers/crew.js'

/** A worker that does what the test says. */
class ScriptedWorker implements WorkerProcess {
  readonly pid = 7
  readonly slot: number
  readonly asked: string[] = []
  readonly #ready = Promise.withResolvers<string | null>()
  readonly #ended = Promise.withResolvers<string>()

  constructor (slot: number) {
    this.slot = slot
  }

  get ready (): Promise<string | null> { return this.#ready.promise }
  get ended (): Promise<string> { return this.#ended.promise }
  stop (): void { this.asked.push('stop') }
  retire (): void { this.asked.push('retire') }
  begins (): void { this.#ready.resolve(`http://worker-${this.slot}`) }
  ends (how: string): void {
    this.#ready.resolve(null)
    this.#ended.resolve(how)
  }
}

function world (withWrites: readonly number[] = []) {
  const begun: ScriptedWorker[] = []
  const full = new Set(withWrites)
  const pauses: number[] = []
  const lines: string[] = []
  const changed = new Set<() => void>()
  let nowMs = 0
  const log = (_fields: unknown, text?: unknown): void => { lines.push(String(text)) }
  const crew = new Crew({
    begin: (slot) => {
      const worker = new ScriptedWorker(slot)
      begun.push(worker)
      for (const on of changed) on()
      return worker
    },
    holdsWrites: async (slot) => full.has(slot),
    pause: async (milliseconds) => { pauses.push(milliseconds) },
    nowMs: () => nowMs,
    logger: { info: log, error: log },
  })
  const until = async (isSo: () => boolean): Promise<void> => {
    await new Promise<void>((resolve) => {
      const look = (): void => { if (isSo()) resolve() }
      changed.add(look)
      look()
    })
  }
  /** The worker that is begun as this one in order. */
  const worker = async (number: number): Promise<ScriptedWorker> => {
    await until(() => begun.length >= number)
    return begun[number - 1] ?? t.fail() as never
  }
  const started = async (count: number): Promise<void> => {
    const start = crew.start(Array.from({ length: count }, (_, index) => index + 1))
    for (let number = 1; number <= count; number++) (await worker(number)).begins()
    t.equal(await start, 'http://worker-1')
  }
  return { crew, begun, full, pauses, lines, worker, started, live: (ms: number) => { nowMs += ms } }
}

t.test('the first worker starts alone, and the others at once; one that does not start fails the start', async (t) => {
  const { crew, begun, worker } = world()
  const start = crew.start([2, 3, 5])
  t.equal(begun.length, 1)
  ;(await worker(1)).begins()
  ;(await worker(3)).ends('code 1')
  ;(await worker(2)).begins()
  t.equal(await start, null)
  t.same(begun.map(({ slot }) => slot), [2, 3, 5])
  const other = world()
  const failed = other.crew.start([1, 2])
  ;(await other.worker(1)).ends('code 1')
  t.equal(await failed, null)
  t.equal(other.begun.length, 1, 'one says why')
})

t.test('another worker takes the slot of one that has died, later each time that it dies at once', async (t) => {
  const { started, worker, pauses, begun, live, crew } = world()
  await started(2)
  ;(await worker(2)).ends('SIGKILL')
  ;(await worker(3)).ends('code 1')
  ;(await worker(4)).ends('code 1')
  const last = await worker(5)
  last.begins()
  live(60_000)
  last.ends('code 0')
  await worker(6)
  t.same(pauses, [100, 200, 400, 100])
  t.same(begun.map(({ slot }) => slot), [1, 2, 2, 2, 2, 2])
  const stopped = crew.stop()
  for (const { slot, asked, ends } of [await worker(1), await worker(6)].map((one) => ({ slot: one.slot, asked: one.asked, ends: one.ends.bind(one) }))) {
    t.same(asked, ['stop'], String(slot))
    ends('code 0')
  }
  t.equal(await stopped, true)
})

t.test('a start whose worker dies at once again and again is given up, once', async (t) => {
  const { started, worker, crew, pauses, begun } = world()
  await started(1)
  for (let number = 1; number <= 9; number++) (await worker(number)).ends('code 1')
  await crew.givenUp
  t.same(pauses, [100, 200, 400, 800, 1600, 3200, 6400, 10_000])
  t.equal(begun.length, 9)
  t.equal(await crew.stop(), false)
})

t.test('a worker that dies while the start ends is not begun again, and its end is no end in order', async (t) => {
  const { started, worker, crew, begun } = world()
  await started(2)
  const stopped = crew.stop()
  ;(await worker(1)).ends('SIGKILL')
  ;(await worker(2)).ends('code 0')
  t.equal(await stopped, false)
  t.equal(begun.length, 2)
})

t.test('a restart replaces one after the other, each by a worker that takes requests before', async (t) => {
  const { started, worker, crew, begun, lines } = world()
  await started(2)
  const restarted = crew.restart()
  const third = await worker(3)
  t.same(begun[0]?.asked, [])
  third.begins()
  await third.ready
  await crew.restart()
  begun[0]?.ends('code 0')
  ;(await worker(4)).begins()
  begun[1]?.ends('code 0')
  // Asked for while it ran, it runs once more.
  ;(await worker(5)).begins()
  third.ends('code 0')
  ;(await worker(6)).begins()
  begun[3]?.ends('code 0')
  await restarted
  t.same(begun.map(({ slot }) => slot), [1, 2, 3, 1, 2, 3])
  t.same(begun.map(({ asked }) => asked), [['retire'], ['retire'], ['retire'], ['retire'], [], []])
  t.equal(lines.filter((line) => line === 'all workers are replaced').length, 2)
})

t.test('a restart whose new worker does not start leaves the others as they are', async (t) => {
  const { started, worker, crew, begun, lines } = world()
  await started(2)
  const restarted = crew.restart()
  ;(await worker(3)).ends('code 1')
  await restarted
  t.same(begun.map(({ asked }) => asked), [[], [], []])
  t.equal(lines.at(-1), 'a new worker does not start: the others stay as they are')
})

t.test('a restart leaves no writes behind: a worker moves to the journal of one that died before it had carried its own out', async (t) => {
  const { started, worker, crew, begun, full } = world()
  await started(1)
  const restarted = crew.restart()
  ;(await worker(2)).begins()
  full.add(1)
  begun[0]?.ends('SIGKILL')
  const third = await worker(3)
  full.clear()
  third.begins()
  begun[1]?.ends('code 0')
  await restarted
  t.same(begun.map(({ slot }) => slot), [1, 2, 1])
  const again = crew.restart()
  ;(await worker(4)).begins()
  full.add(1)
  third.ends('SIGKILL')
  ;(await worker(5)).ends('code 1')
  await again
  t.equal(begun.length, 5, 'where that one does not start, the restart ends')
})

t.test('a worker that dies in a restart before its turn is new already', async (t) => {
  const { started, worker, crew, begun } = world()
  await started(2)
  const restarted = crew.restart()
  ;(await worker(3)).begins()
  begun[1]?.ends('SIGKILL')
  ;(await worker(4)).begins()
  begun[0]?.ends('code 0')
  await restarted
  t.same(begun.map(({ slot }) => slot), [1, 2, 3, 2])
})

t.test('the end of the start ends a restart, whatever it waits for', async (t) => {
  const waiting = world()
  await waiting.started(2)
  const restarted = waiting.crew.restart()
  const third = await waiting.worker(3)
  const stopped = waiting.crew.stop()
  for (const one of [...waiting.begun, third]) one.ends('code 0')
  await restarted
  t.equal(await stopped, true)
  t.equal(waiting.begun.length, 3)

  const leaving = world()
  await leaving.started(2)
  const leavingRestart = leaving.crew.restart()
  ;(await leaving.worker(3)).begins()
  await leaving.begun[2]?.ready
  const leavingStop = leaving.crew.stop()
  for (const one of leaving.begun) one.ends('code 0')
  await leavingRestart
  t.equal(await leavingStop, true)
  t.equal(leaving.begun.length, 3)

  const last = world()
  await last.started(1)
  const lastRestart = last.crew.restart()
  ;(await last.worker(2)).begins()
  await last.begun[1]?.ready
  const lastStop = last.crew.stop()
  for (const one of last.begun) one.ends('code 0')
  await lastRestart
  t.equal(await lastStop, true)
  t.notOk(last.lines.includes('all workers are replaced'))
})

t.test('a restart that cannot look into a journal says so, and the next one works', async (t) => {
  const { started, worker, crew, begun, lines, full } = world()
  await started(1)
  full.has = () => { throw new Error('damaged') }
  const restarted = crew.restart()
  ;(await worker(2)).begins()
  begun[0]?.ends('code 0')
  await restarted
  t.equal(lines.at(-1), 'not all workers are replaced')
  full.has = () => false
  const again = crew.restart()
  ;(await worker(3)).begins()
  begun[1]?.ends('code 0')
  await again
  t.equal(lines.at(-1), 'all workers are replaced')
})
