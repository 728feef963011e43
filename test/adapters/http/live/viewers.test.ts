import t from 'tap'
import type { Frame } from '#adapters/http/live/frame.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import { Viewers } from '#application/live/viewers.js'
import type { Cradle } from '#infrastructure/wiring/cradle.js'
import { makeLiveJobs } from '#infrastructure/wiring/live.js'
import { at } from '../../../contracts/fixtures.js'
import { openStream } from '../../../support/live.js'
import { viewer, withRoom } from '../../../support/rooms.js'
import { as, startService } from '../../../support/service.js'

t.test('who begins to follow a room learns how many people do, and so does who reads the room', async (t) => {
  const { url, call, roomId } = await withRoom(await startService(t, { listen: true }))
  const address = `${url()}/api/rooms/${roomId}/events`
  const readers = [viewer, viewer, {}, { 'user-agent': 'a' }, { 'user-agent': 'a' }, { 'user-agent': 'b' }]
  const counts: unknown[] = []
  const streams = []
  for (const headers of readers) {
    const stream = await openStream(address, headers)
    streams.push(stream)
    const { id, data } = await stream.next('viewers')
    t.match([id, data], [null, { asOf: /^\d{4}-.*Z$/ }])
    counts.push(data['viewers'])
  }
  t.same(counts, [1, 1, 2, 3, 3, 4], 'a person counts once, and guests by address and browser')
  t.equal((await call('GET', `/api/rooms/${roomId}`)).body['viewers'], 4)
  const channel = await call('POST', `/api/rooms/${roomId}/end`, as('ada'))
  t.notOk('viewers' in channel.body, 'an answer to a change does not count')
  for (const { close } of streams) close()
})

t.test('people of other processes count too', async (t) => {
  const bells = makeLocalBus()
  const { url, call, roomId } = await withRoom(await startService(t, { listen: true, replacements: { makeBus: () => ({ bus: bells, close: () => {} }) } }))
  bells.publish('viewers', JSON.stringify(['node_of_another', roomId, 4]))
  t.equal((await call('GET', `/api/rooms/${roomId}`)).body['viewers'], 4)
  const stream = await openStream(`${url()}/api/rooms/${roomId}/events`, viewer)
  t.match((await stream.next('viewers')).data, { viewers: 5 })
  stream.close()
})

t.test('the job tells the other processes and the readers of the room, at most every five seconds', async (t) => {
  const bells = makeLocalBus()
  const viewers = new Viewers({ bells, nodeId: 'node_1', nowMs: () => 0 })
  viewers.enter('room_1', 'ayse')
  const reports: unknown[] = []
  bells.subscribe('viewers', (message) => { reports.push(JSON.parse(message)) })
  const told: string[] = []
  const rooms = { tell: (feedId: string, { text }: Frame) => { told.push(`${feedId} ${text.toString()}`) } }
  const job = makeLiveJobs({ live: { viewers, rooms }, clock: () => at(7) } as unknown as Cradle).find(({ name }) => name === 'viewers of rooms')
  t.equal(job?.pauseMs, 5000)
  await job?.run(new AbortController().signal)
  t.same([reports, told], [[['node_1', 'room_1', 1]], [`room#room_1 event: viewers\ndata: {"viewers":1,"asOf":"${at(7)}"}\n\n`]])
})

t.test('a sign of typing reaches the other person alone, without an id', async (t) => {
  const { url, call } = await startService(t, { listen: true })
  const [ada, bora] = [as('ada'), as('bora')]
  await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba' })
  const [other, third] = [await openStream(`${url()}/api/events`, bora), await openStream(`${url()}/api/events`, as('ceren'))]
  for (const { next } of [other, third]) await next('hello')
  // The reader has joined once they get an event.
  await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'orada mısın' })
  await other.next('message')
  t.same(await call('POST', '/api/conversations/bora/typing', ada).then(({ status, text }) => [status, text]), [204, ''])
  t.same(await other.next('typing'), { event: 'typing', id: null, data: { conversationId: 'ada#bora', userId: 'ada' } })
  t.match(await call('POST', '/api/conversations/bora/typing', ada), { status: 429, headers: { 'retry-after': /[123]/ }, body: { code: 'slow_mode' } })
  t.match(await call('POST', '/api/conversations/bora/typing'), { status: 401 })
  t.notOk(third.events.some(({ event }) => event === 'typing'))
  for (const { close } of [other, third]) close()
})
