import t from 'tap'
import type { LiveConnection } from '#adapters/http/live/connection.js'
import { makePlaces } from '#adapters/http/live/places.js'
import { HEARTBEAT_S, Streams } from '#adapters/http/live/streams.js'
import { identity } from '#adapters/system/system.js'
import { at } from '../../../contracts/fixtures.js'

/** Streams without a server, and how many there are. */
function world () {
  const open = { count: 0 }
  const metrics = { setLiveConnections: (count: number) => { open.count = count }, countLiveDeliveries: () => {}, countSlowCut: () => {}, countResume: () => {} }
  return { open, streams: new Streams({ clock: () => at(100), identity, metrics, isSessionOpen: async () => false, connectionsMax: 1000, places: makePlaces() }) }
}

t.test('a stop of many lets other work come between', async (t) => {
  const { streams } = world()
  let ended = 0
  const connection = { end: () => { ended++ } } as unknown as LiveConnection
  for (let index = 0; index < 300; index++) {
    const seat = await streams.take({ userId: `user${index}`, sessionId: null, address: 'a', until: null })
    seat.connection = connection
  }
  const stopped = streams.stop()
  t.equal(ended, 256)
  await stopped
  t.equal(ended, 300)
})

t.test('a stream that has not begun keeps its place over heartbeats, also when its token expires', async (t) => {
  const { streams, open } = world()
  const reader = { userId: 'ada', sessionId: 'ses_1', address: 'a' }
  const seats = await Promise.all([null, at(1)].map(async (until) => await streams.take({ ...reader, until })))
  for (let second = 0; second < 2 * HEARTBEAT_S; second++) await streams.beat()
  t.equal(open.count, 2)
  for (const seat of seats) seat.leave()
  t.equal(open.count, 0)
})

t.test('one who takes nothing is cut off, also when their token has expired and they were said goodbye', async (t) => {
  const { streams } = world()
  const done: string[] = []
  const connection = { isStuck: () => done.length > 0, cut: () => { done.push('cut') }, end: () => { done.push('end') } } as unknown as LiveConnection
  const seat = await streams.take({ userId: 'ada', sessionId: null, address: 'a', until: at(1) })
  seat.connection = connection
  for (let second = 0; second < 2 * HEARTBEAT_S; second++) await streams.beat()
  t.same(done, ['end', 'cut'])
})

t.test('who is no user stays an hour, or until their credentials expire', async (t) => {
  const { streams } = world()
  const reader = { userId: null, sessionId: null, address: 'a' }
  const ends = await Promise.all([null, at(200), at(100 + 3600 + 1)].map(async (until) => (await streams.take({ ...reader, until })).until))
  t.same(ends, [at(3700), at(200), at(3700)])
})
