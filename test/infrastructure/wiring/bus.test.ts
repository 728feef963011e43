import t from 'tap'
import { makeLocalBus } from '#adapters/system/bus.js'
import { idsAlone } from '#adapters/system/trace-ids.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { makeTracing } from '#infrastructure/runtime/tracing.js'
import { loadBus } from '#infrastructure/wiring/bus.js'
import { makeContainer } from '#infrastructure/wiring/container.js'
import type { Outside } from '#infrastructure/wiring/cradle.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { startRedis } from '../../support/redis.js'
import { ENV, startService } from '../../support/service.js'
import { withRoom, viewer } from '../../support/rooms.js'
import { openStream } from '../../support/live.js'
import { startOfTwo } from '../../support/workers.js'

const server = await startRedis()
t.teardown(server.stop)

const configWith = (env: Record<string, string>) => loadConfig({ ...ENV, ...env }, () => 'no secret of a test is generated at all')

t.test('without an address the bus ends at the process, and with one it is said when it comes and goes', async (t) => {
  const lines: Array<readonly [fields: unknown, text: unknown]> = []
  const changed = new Set<() => void>()
  const log = (fields: unknown, text?: unknown): void => {
    lines.push([fields, text])
    for (const on of changed) on()
  }
  const lineNumber = async (count: number): Promise<void> => {
    await new Promise<void>((resolve) => {
      const look = (): void => { if (lines.length >= count) resolve() }
      changed.add(look)
      look()
    })
  }
  const surroundings = { logger: { info: log, warn: log }, metrics: makeMetrics(), identity: { random: () => 'node_1' } }
  t.teardown(surroundings.metrics.close)
  const alone = (await loadBus(configWith({})))(surroundings)
  const heard: string[] = []
  alone.bus.subscribe('a', (message) => { heard.push(message) })
  alone.bus.publish('a', '1')
  alone.close()
  t.same(heard, ['1'])
  const { close } = (await loadBus(configWith({ LIVE_BUS_URL: server.url })))(surroundings)
  t.teardown(close)
  await lineNumber(1)
  await server.stop()
  await lineNumber(2)
  t.same(lines, [['the bus between processes is there', undefined], [{ reason: 'closed' }, 'the bus between processes is away: what other processes write is found by looks at the store']])
  await server.start()
})

t.test('a bell for a feed wakes the readers of rooms or of channels, and one for events those of events', async (t) => {
  const bells = makeLocalBus()
  const metrics = makeMetrics()
  t.teardown(metrics.close)
  const { cradle } = makeContainer({ config: configWith({}), openedStores: memoryStores(), journal: null, gatewayFactories: [() => ({ gateway: {} })], metrics, tracing: makeTracing(idsAlone), makeBus: () => ({ bus: bells, close: () => {} }) } as unknown as Outside)
  const { roomTails, channelTails, roomBell, channelBell, eventBell } = cradle
  for (const [feedId, tails] of [['room#1', roomTails], ['channel#1', channelTails]] as const) (await tails.open(feedId)).listen(() => {})
  const rung: string[] = []
  for (const [name, bell] of Object.entries({ roomBell, channelBell, eventBell })) bell.ring = () => { rung.push(name) }
  for (const [topic, message] of [['room#2', '7'], ['channel#1', '7'], ['room#1', '7'], ['events', '']] as const) {
    rung.length = 0
    // A look that was just made is not repeated at once.
    for (const start = performance.now(); performance.now() - start < 60;);
    bells.publish(topic, message)
    t.same(rung, { 'room#2': [], 'channel#1': ['channelBell'], 'room#1': ['roomBell'], events: ['eventBell'] }[topic], topic)
  }
})

t.test('what one process writes, another shows to its readers', async (t) => {
  const openedStores = memoryStores()
  const options = { listen: true, env: { LIVE_BUS_URL: server.url }, replacements: { openedStores } }
  const one = await withRoom(await startService(t, options))
  const other = await startService(t, options)
  const stream = await openStream(`${other.url()}/api/rooms/${one.roomId}/events`)
  await stream.next('hello')
  await one.say(viewer, 'merhaba')
  t.match((await stream.next('entries')).data, { entries: [{ text: 'merhaba' }] })
  // The first one may come before the subscription, and is then found in the store.
  while (!/basvideo_live_bus_messages_total\{result="received"\} [1-9]/.test((await other.call('GET', '/metrics')).text)) {
    await one.say(viewer, 'merhaba')
    await stream.next('entries')
  }
  t.pass('the bus has brought a page')
})

t.test('workers of one start hear each other once, by way of their primary, and other processes by the bus', async (t) => {
  const { one, other } = startOfTwo(t)
  const metrics = makeMetrics()
  t.teardown(metrics.close)
  const openOn = async (shared: typeof one.shared | null) => {
    const there = Promise.withResolvers<null>()
    const logger = { info: () => { there.resolve(null) }, warn: () => {} }
    const { bus, close } = (await loadBus(configWith({ LIVE_BUS_URL: server.url }), shared))({ logger, metrics, identity: { random: () => 'node_elsewhere' } })
    t.teardown(close)
    await there.promise
    return bus
  }
  const [first, second, elsewhere] = await Promise.all([one.shared, other.shared, null].map(openOn))
  const heard: string[] = []
  const allHeard = Promise.all([second, elsewhere].map(async (bus, index) => {
    await new Promise<void>((resolve) => {
      bus?.subscribe('a', (message) => {
        heard.push(`${index} ${message}`)
        if (message === 'end') resolve()
      })
    })
  }))
  for (const message of ['1', 'end']) first?.publish('a', message)
  await allHeard
  elsewhere?.publish('a', 'back')
  await new Promise<void>((resolve) => { second?.subscribe('a', (message) => { if (message === 'back') resolve() }) })
  t.same(heard.sort(), ['0 1', '0 back', '0 end', '1 1', '1 back', '1 end'])
})
