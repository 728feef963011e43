import t from 'tap'
import { positionWord } from '#application/live/position.js'
import type { StreamEvent } from '../../support/live.js'
import { withRoom, viewer } from '../../support/rooms.js'
import { as, startService, type TestService } from '../../support/service.js'
import { FeedCheck, OwnCheck, type StreamCheck } from './checks.js'
import { Reader } from './reader.js'
import { Readers } from './readers.js'

const hello = (id: string): StreamEvent => ({ event: 'hello', id, data: { position: id } })
const page = (number: number, ...texts: string[]): StreamEvent =>
  ({ event: 'entries', id: String(number), data: { page: number, entries: texts.map((text) => ({ kind: 'message', messageId: `m ${text}`, text })) } })
const at = (...offsets: number[]): string => positionWord([...offsets, 0, 0, 0, 0, 0, 0])
const message = (id: string, text: string): StreamEvent => ({ event: 'message', id, data: { type: 'message.sent', messageId: `m ${text}`, message: { message: text } } })

function found (check: StreamCheck, events: readonly StreamEvent[]) {
  for (const event of events) check.take(event)
  const { faults, repeats, seen, last } = check
  return { ...faults, repeats, seen: [...seen], last }
}

const RIGHT = { gaps: 0, doubled: 0, resets: 0, repeats: 0 }

t.test('a room that is read without a gap shows none, also over a new connection and with pages that come again', async (t) => {
  t.same(found(new FeedCheck(), [hello('3'), page(4, 'a'), page(5), hello('5'), page(6, 'b', 'c')]), { ...RIGHT, seen: ['a', 'b', 'c'], last: '6' })
  t.same(found(new FeedCheck(), [hello('3'), page(4, 'a'), page(4, 'a'), page(5, 'b')]), { ...RIGHT, repeats: 1, seen: ['a', 'b'], last: '5' })
})

t.test('a page that is missing, misnumbered or told twice shows, and so does a stream that begins elsewhere', async (t) => {
  t.match(found(new FeedCheck(), [hello('3'), page(5, 'b')]), { gaps: 1 })
  t.match(found(new FeedCheck(), [hello('3'), { ...page(5, 'b'), id: '4' }]), { gaps: 1 })
  t.match(found(new FeedCheck(), [hello('3'), page(4, 'a'), hello('6')]), { gaps: 1 })
  t.match(found(new FeedCheck(), [hello('3'), page(4, 'a'), page(5, 'a')]), { gaps: 0, doubled: 1 })
  t.match(found(new FeedCheck(), [hello('3'), { event: 'reset', id: '9', data: {} }, page(10, 'a')]), { gaps: 0, resets: 1 })
})

t.test('one\'s own events that come once each, behind each other, show nothing', async (t) => {
  const events = [hello(at(1, 1)), message(at(2, 1), 'a'), hello(at(2, 1)), message(at(2, 1), 'a'), message(at(2, 3), 'b'), { event: 'position', id: at(4, 3), data: {} }, message(at(4, 4), 'c')]
  t.same(found(new OwnCheck(), events), { ...RIGHT, repeats: 1, seen: ['a', 'b', 'c'], last: at(4, 4) })
})

t.test('own events that come twice under different ids or go back show, and a message that is gone is not seen', async (t) => {
  const begin = [hello(at(1, 1)), message(at(2, 1), 'a')]
  t.match(found(new OwnCheck(), [...begin, message(at(3, 1), 'a')]), { gaps: 0, doubled: 1 })
  t.match(found(new OwnCheck(), [...begin, message(at(1, 2), 'b')]), { gaps: 1 })
  t.match(found(new OwnCheck(), [...begin, { event: 'position', id: at(1, 9), data: {} }]), { gaps: 1 })
  t.match(found(new OwnCheck(), [...begin, message('none', 'b')]), { gaps: 1 })
  t.match(found(new OwnCheck(), [...begin, hello(at(3, 1))]), { gaps: 1 })
  t.match(found(new OwnCheck(), [...begin, { event: 'reset', id: at(9, 9), data: {} }]), { resets: 1, last: at(9, 9) })
  t.same(found(new OwnCheck(), [hello(at(1, 1)), { event: 'message', id: at(2, 1), data: { type: 'message.sent', messageId: 'm', message: null } }]).seen, [])
})

/** A reader of a running service who has begun. */
async function reading ({ url }: TestService, path: string, check: StreamCheck, loses: (event: StreamEvent) => boolean = () => false): Promise<Reader> {
  const begun = Promise.withResolvers<null>()
  const reader = new Reader({ path, userId: 'ada', check, nextUrl: url, loses, on: () => { begun.resolve(null) } })
  reader.start()
  await begun.promise
  return reader
}

t.test('a reader who loses one page on the way is found out, and one who loses none is not', async (t) => {
  const service = await withRoom(await startService(t, { listen: true }))
  const path = `/api/rooms/${service.roomId}/events`
  const last = Promise.withResolvers<null>()
  let left = 2
  const onSeen = (text: string): void => { if (text === 'üç' && --left === 0) last.resolve(null) }
  const [whole, holed] = [new FeedCheck(onSeen), new FeedCheck(onSeen)]
  const readers = [await reading(service, path, whole), await reading(service, path, holed, ({ data }) => JSON.stringify(data).includes('iki'))]
  for (const text of ['bir', 'iki', 'üç']) await service.say(viewer, text)
  await last.promise
  t.same([whole.faults, [...whole.seen]], [{ gaps: 0, doubled: 0, resets: 0 }, ['bir', 'iki', 'üç']])
  t.same([holed.faults, [...holed.seen]], [{ gaps: 1, doubled: 0, resets: 0 }, ['bir', 'üç']])
  for (const reader of readers) await reader.stop()
})

t.test('a reader whose own event is lost on the way has not seen what was acknowledged', async (t) => {
  const service = await startService(t, { listen: true })
  const last = Promise.withResolvers<null>()
  const check = new OwnCheck((text) => { if (text === 'iki') last.resolve(null) })
  const reader = await reading(service, '/api/events', check, ({ data }) => JSON.stringify(data).includes('bir'))
  for (const message of ['bir', 'iki']) await service.call('POST', '/api/messages', as('bora'), { receiverId: 'ada', message })
  await last.promise
  t.same([...check.seen], ['iki'])
  await reader.stop()
  const readers = new Readers({ nodes: [] as never, roomId: 'r', channelId: 'c' }, 10, new Map())
  t.same(await readers.unseen([{ audience: 'pair 0', text: 'bir' }, { audience: 'channel', text: 'iki' }], 0), ['viewer5, who has not begun: iki', 'viewer6, who has not begun: iki', 'ayse0, who has not begun: bir', 'mehmet0, who has not begun: bir'])
})

t.test('what a client by the rules is never answered is kept, and one who is stopped reads no more', async (t) => {
  const service = await startService(t, { listen: true })
  const reader = new Reader({ path: '/api/rooms/room_none/events', userId: 'ada', check: new FeedCheck(), nextUrl: service.url })
  reader.start()
  while (reader.refusals.length === 0) await new Promise(setImmediate)
  t.match(reader.refusals, [/^404 .+not_found/])
  await reader.stop()
  t.equal(reader.connections, 0)
})
