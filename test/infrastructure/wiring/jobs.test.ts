import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Cradle } from '#infrastructure/wiring/cradle.js'
import { makeJobs } from '#infrastructure/wiring/jobs.js'
import { settableClock } from '../../support/builders.js'
import { at } from '../../contracts/fixtures.js'

const PIECE_MS = 5

t.test('events and notifications give way to a journal that drains, and to nothing else', async (t) => {
  const { signal } = new AbortController()
  const { outbox, notifications } = memoryStores()
  let [mode, pieces] = ['draining', 0]
  const takesItsTime = async (): Promise<never> => {
    pieces++
    for (const end = performance.now() + PIECE_MS; performance.now() < end;);
    throw new Error('nothing is found')
  }
  const ports = {
    clock: settableClock().clock,
    identity: { random: () => 'dispatcher' },
    outbox: { ...outbox, claim: takesItsTime },
    notifications,
    notifying: { effect: { name: 'none' }, jobs: [{ name: 'notify', pauseMs: 1, run: takesItsTime }] },
    durability: { jobs: [], status: () => ({ mode, since: at(0), journal: null }) },
  }
  const jobs = makeJobs(ports as unknown as Cradle)
  for (const name of ['outbox 0', 'notify']) {
    const job = jobs.find((one) => one.name === name)
    const twice = async (): Promise<number> => {
      pieces = 0
      for (let turn = 0; turn < 2; turn++) await job?.run(signal).catch(() => {})
      return pieces
    }
    mode = 'dynamodb'
    t.equal(await twice(), 2, name)
    mode = 'draining'
    t.equal(await twice(), 0, `${name}, which has only just worked`)
  }
})
