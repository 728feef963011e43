import { once } from 'node:events'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { Bus } from '#application/ports/bus.js'
import { makeRedisBus } from '#adapters/redis/bus.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { busContract } from '../../contracts/bus.contract.js'
import { startRedis } from '../../support/redis.js'

const server = await startRedis()
t.teardown(server.stop)
let channels = 0
let nodes = 0

interface End {
  readonly bus: Bus
  readonly counts: { sent: number, lost: number, received: number }
  /** Each change of the connection. */
  readonly states: string[]
  /** Waits until the bus is there, or away. */
  readonly until: (isConnected: boolean) => Promise<void>
  readonly close: () => void
}

function end (t: Test, channel: string, url = server.url): End {
  const counts = { sent: 0, lost: 0, received: 0 }
  const states: string[] = []
  const changed = new Set<() => void>()
  let isThere: boolean | null = null
  const { bus, close } = makeRedisBus({
    url,
    channel,
    nodeId: `node_${++nodes}`,
    local: makeLocalBus(),
    observer: {
      message: (result) => { counts[result]++ },
      connected: (isConnected, reason) => {
        isThere = isConnected
        states.push(`${isConnected} ${reason}`)
        for (const on of changed) on()
      },
    },
  })
  t.teardown(close)
  const until = async (isConnected: boolean): Promise<void> => {
    await new Promise<void>((resolve) => {
      const look = (): void => { if (isThere === isConnected) resolve() }
      changed.add(look)
      look()
    })
  }
  return { bus, counts, states, until, close }
}

async function pair (t: Test): Promise<readonly [End, End]> {
  const channel = `test:${++channels}`
  const ends = [end(t, channel), end(t, channel)] as const
  for (const { until } of ends) await until(true)
  return ends
}

/** Waits for the next message of a topic. */
async function next ({ bus }: End, topic: string): Promise<string> {
  return await new Promise((resolve) => {
    const leave = bus.subscribe(topic, (message) => {
      leave()
      resolve(message)
    })
  })
}

busContract(t, async (t) => {
  const [one, other] = await pair(t)
  return [one.bus, other.bus]
})

t.test('a process hears its own messages once, and none of other channels, nor what no process of ours has sent', async (t) => {
  const [one, other] = await pair(t)
  const stranger = new Redis(server.url)
  t.teardown(() => { stranger.disconnect() })
  await once(stranger, 'ready')
  const heard: string[] = []
  for (const { bus } of [one, other]) bus.subscribe('a', (message) => { heard.push(message) })
  for (const text of ['', 'a', '{"a":1}', '["node","a"]', '["node","a",7]', '[["node"],"a","b"]']) await stranger.publish(`test:${channels}`, text)
  await stranger.publish('test:0', '["node","a","stranger"]')
  const passed = next(other, 'end')
  one.bus.publish('a', 'mine')
  one.bus.publish('end', '')
  await passed
  t.same(heard, ['mine', 'mine'], 'once at each end')
  t.match([one.counts, other.counts], [{ received: 0, lost: 0 }, { received: 2, lost: 0 }])
})

t.test('a bus that is away loses what goes to other processes, and nothing else; it comes back by itself', async (t) => {
  const [one, other] = await pair(t)
  await server.stop()
  await Promise.all([one.until(false), other.until(false)])
  const heard: string[] = []
  one.bus.subscribe('a', (message) => { heard.push(message) })
  for (let count = 0; count < 3; count++) one.bus.publish('a', String(count))
  t.same(heard, ['0', '1', '2'])
  t.equal(one.counts.lost, 3)
  await server.start()
  await Promise.all([one.until(true), other.until(true)])
  const arrived = next(other, 'a')
  one.bus.publish('a', 'again')
  t.equal(await arrived, 'again')
  t.same(one.states.map((state) => state.split(' ')[0]), ['true', 'false', 'true'], 'each change is told once')
})

t.test('a server that hangs costs the memory of a thousand messages, which are lost once it is taken to be away', async (t) => {
  const [one] = await pair(t)
  server.hang()
  t.teardown(server.wake)
  for (let count = 0; count < 1500; count++) one.bus.publish('a', String(count))
  t.equal(one.counts.lost, 500)
  await one.until(false)
  server.wake()
  await one.until(true)
  t.match(one.counts, { sent: 0, lost: 1500 })
})

t.test('a bus that is not there from the start is told once, with a code and no address, and a closed one says nothing', async (t) => {
  const { states, until, close, bus } = end(t, 'test', 'redis://:geheim@127.0.0.1:1')
  await until(false)
  t.same(states, ['false ECONNREFUSED'])
  close()
  bus.publish('a', '1')
  t.equal(states.length, 1)
})

t.test('a bus that does not let this process listen is away', async (t) => {
  const admin = new Redis(server.url)
  t.teardown(() => { admin.disconnect() })
  await admin.call('ACL', 'SETUSER', 'deaf', 'on', '>word', '+@all', '-subscribe', '~*', '&*')
  const { states, until } = end(t, 'test', server.url.replace('//', '//deaf:word@'))
  await until(false)
  t.same(states, ['false ReplyError'])
})
