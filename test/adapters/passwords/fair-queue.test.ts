import t from 'tap'
import { DomainError } from '#domain/errors.js'
import { FairQueue } from '#adapters/passwords/fair-queue.js'

/** A task of an address that ends when it is told to. */
function task (queue: FairQueue, ip: string, name: string, begun: string[]) {
  let end = (): void => {}
  const outcome = queue.run(ip, async () => {
    begun.push(name)
    await new Promise<void>((resolve) => { end = resolve })
  }).then(() => 'done', (error: unknown) => error instanceof DomainError ? error.code : 'failed')
  return { outcome, end: () => { end() } }
}

/** Starts a task for each address on a queue, ends one after another, and answers the order in which they began. */
async function orderOf (concurrency: number, waitingMax: number, addresses: ReadonlyArray<readonly [ip: string, name: string]>) {
  const queue = new FairQueue(concurrency, waitingMax)
  const begun: string[] = []
  const tasks = addresses.map(([ip, name]) => task(queue, ip, name, begun))
  for (let ended = 0; ended < begun.length; ended++) {
    tasks[addresses.findIndex(([, name]) => name === begun[ended])]?.end()
    await new Promise((resolve) => { setImmediate(resolve) })
  }
  return { begun, outcomes: await Promise.all(tasks.map(async ({ outcome }) => await outcome)) }
}

t.test('a queue runs a line in order, never beyond its concurrency, and a failure frees its place', async (t) => {
  const queue = new FairQueue(2, 10)
  let [running, most] = [0, 0]
  const started: number[] = []
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, async (_, index) => await queue.run('192.0.2.7', async () => {
    started.push(index)
    most = Math.max(most, ++running)
    await new Promise((resolve) => { setImmediate(resolve) })
    running--
    if (index % 3 === 0) throw new Error('failed')
    return index
  })))
  t.same(started, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  t.equal(most, 2)
  t.same(outcomes.map(({ status }) => status === 'fulfilled'), started.map((index) => index % 3 !== 0))
})

t.test('neighbourhoods take turns, and so do the networks of one of them', async (t) => {
  const { begun } = await orderOf(1, 10, [
    ['2001:db8:3:1::1', 'a1'], ['2001:db8:3:1::2', 'a2'], ['2001:db8:3:1::3', 'a3'], ['2001:db8:3:1::4', 'a4'],
    ['2001:db8:3:2::1', 'b1'], ['2001:db8:3:2::2', 'b2'], ['198.51.100.7', 'c1'], ['198.51.100.7', 'c2'],
  ])
  t.same(begun, ['a1', 'a2', 'c1', 'b1', 'c2', 'a3', 'b2', 'a4'])
})

t.test('a neighbourhood of which nothing runs goes before one whose tasks run', async (t) => {
  const { begun } = await orderOf(2, 10, [
    ['2001:db8:3:1::1', 'a1'], ['2001:db8:3:1::1', 'a2'], ['2001:db8:3:1::1', 'a3'], ['2001:db8:3:1::1', 'a4'], ['198.51.100.7', 'c1'], ['198.51.100.7', 'c2'],
  ])
  t.same(begun, ['a1', 'a2', 'c1', 'a3', 'c2', 'a4'])
})

t.test('one who comes from elsewhere takes the place of the last of the longest line', async (t) => {
  const { begun, outcomes } = await orderOf(1, 3, [
    ['2001:db8:3:1::1', 'a1'], ['2001:db8:3:1::1', 'a2'], ['2001:db8:3:1::1', 'a3'], ['2001:db8:3:2::1', 'b1'],
    ['2001:db8:3:2::1', 'b2'], ['198.51.100.7', 'c1'],
  ])
  t.same(outcomes, ['done', 'done', 'busy', 'done', 'busy', 'done'])
  t.same(begun, ['a1', 'a2', 'c1', 'b1'])
})

t.test('among equal lines the one that came last is refused, and the others go on', async (t) => {
  const { begun, outcomes } = await orderOf(1, 2, [
    ['2001:db8:3:1::1', 'a1'], ['2001:db8:3:1::1', 'a2'], ['2001:db8:3:2::1', 'b1'], ['198.51.100.7', 'c1'], ['203.0.113.9', 'd1'],
  ])
  t.same(outcomes, ['done', 'done', 'busy', 'done', 'busy'])
  t.same(begun, ['a1', 'a2', 'c1'])
})
