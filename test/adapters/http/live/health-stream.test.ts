import t from 'tap'
import type { LiveConnection } from '#adapters/http/live/connection.js'
import type { Frame } from '#adapters/http/live/frame.js'
import { HEALTH_PAUSE_MS, HealthStream, type HealthPorts } from '#adapters/http/live/health-stream.js'
import type { ProviderStanding } from '#application/payments/read-providers.js'
import { DomainError } from '#domain/errors.js'
import { laterBy } from '#domain/time.js'
import { at } from '../../../contracts/fixtures.js'

const FINE: ProviderStanding = { name: 'simulator', currencies: ['TRY'], breaker: 'closed', since: null, lastErrorCode: null }
const away = async (): Promise<never> => { throw new DomainError('store_unavailable', 'away') }

/** The stream without a server, and how often it was asked to begin and the store was. */
function world (ports: Partial<HealthPorts> = {}) {
  const counts = { pings: 0, wakes: 0 }
  const time = { now: at(0) }
  const stream = new HealthStream({
    clock: () => time.now,
    ping: async () => { counts.pings++ },
    status: () => ({ mode: 'memory', since: at(0), journal: null }),
    outboxLagS: () => 2.6,
    readProviders: () => [FINE],
    readAttention: async () => [],
    wake: () => { counts.wakes++ },
    ...ports,
  })
  const reader = () => {
    const frames: string[] = []
    return { frames, connection: { write: ({ text }: Frame) => { frames.push(text.toString()) } } as unknown as LiveConnection }
  }
  const join = () => {
    const one = reader()
    stream.join(one.connection)
    return one
  }
  return { counts, time, stream, join }
}

function shown (frames: readonly string[]): unknown {
  return JSON.parse(String(/^event: health\ndata: (.+)\n\n$/.exec(String(frames.at(-1)))?.[1]))
}

t.test('health is found out once for all who look, and not while no one does', async (t) => {
  const { counts, stream, join } = world()
  await stream.beat()
  t.equal(counts.pings, 0)
  const [ada, bora] = [join(), join()]
  t.same([ada.frames, bora.frames, counts.wakes], [[], [], 1], 'the first one has it found out at once')
  await stream.beat()
  t.equal(counts.pings, 1)
  t.same([ada.frames.length, bora.frames.length], [1, 1])
  t.same(shown(ada.frames), { at: at(0), mode: 'memory', store: 'up', outbox: { lagSeconds: 3 }, providers: [{ name: 'simulator', breaker: 'closed' }], attention: [] })
  stream.leave(ada.connection)
  await stream.beat()
  t.same([ada.frames.length, bora.frames.length], [1, 2])
  stream.leave(bora.connection)
  await stream.beat()
  t.equal(counts.pings, 2)
})

t.test('one who comes between gets what was found out last, unless that is old', async (t) => {
  const { counts, time, stream, join } = world()
  const ada = join()
  await stream.beat()
  stream.leave(ada.connection)
  time.now = laterBy(at(0), HEALTH_PAUSE_MS - 1)
  const bora = join()
  t.same([bora.frames, counts.wakes, counts.pings], [ada.frames, 1, 1])
  time.now = laterBy(at(0), HEALTH_PAUSE_MS)
  t.same([join().frames, counts.wakes], [[], 1], 'the next is due for others anyway')
  stream.leave(bora.connection)
  await stream.beat()
  t.equal(counts.pings, 2)
})

t.test('an outage is shown with the journal and what else is known', async (t) => {
  const journal = { depth: 7, oldest: at(0), quarantined: 0, drainedPerSecond: null, secondsLeft: null }
  const out: ProviderStanding = { ...FINE, breaker: 'open', since: at(1), lastErrorCode: '1001' }
  const { stream, join } = world({ ping: away, status: () => ({ mode: 'degraded', since: at(0), journal }), readProviders: () => [out], readAttention: away })
  const { frames } = join()
  await stream.beat()
  t.same(shown(frames), { at: at(0), mode: 'degraded', store: 'down', journal, outbox: { lagSeconds: 3 }, providers: [{ name: 'simulator', breaker: 'open', since: at(1), lastErrorCode: '1001' }] })
})

t.test('a store that answers is down while writes go into the journal, and up while they are carried out', async (t) => {
  for (const [mode, store] of [['degraded', 'down'], ['draining', 'up']] as const) {
    const { stream, join } = world({ status: () => ({ mode, since: at(0), journal: null }) })
    const { frames } = join()
    await stream.beat()
    t.match(shown(frames), { mode, store })
  }
})

t.test('what waits for a person is in it where something counts that', async (t) => {
  const items = [{ kind: 'open_disputes', count: 2, isCapped: false, path: '/api/admin/disputes' }]
  const { stream, join } = world({ readAttention: async () => items })
  const { frames } = join()
  await stream.beat()
  t.match(shown(frames), { attention: items })
})
