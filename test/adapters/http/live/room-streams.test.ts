import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { DomainError } from '#domain/errors.js'
import { openStream, idsOf, type OpenStream } from '../../../support/live.js'
import { moderator, streamer, viewer, withRoom, type RoomService } from '../../../support/rooms.js'
import { as, startService, type Body, type Headers, type ServiceOptions } from '../../../support/service.js'

async function liveRoom (t: Test, options: ServiceOptions = {}): Promise<RoomService & { readonly open: (headers?: Headers, query?: string) => Promise<OpenStream> }> {
  const service = await withRoom(await startService(t, { ...options, listen: true }))
  const open = async (headers: Headers = {}, query = ''): Promise<OpenStream> => await openStream(`${service.url()}/api/rooms/${service.roomId}/events${query}`, headers)
  return { ...service, open }
}

function entriesOf ({ data }: { readonly data: Record<string, unknown> }): Body[] {
  return data['entries'] as Body[]
}

/** Reads the stream until so many entries have come. Pages of the meter have none. */
async function shown ({ next }: OpenStream, count: number): Promise<Body[]> {
  const found: Body[] = []
  while (found.length < count) found.push(...entriesOf(await next('entries')))
  return found
}

t.test('a stream begins with who and where it is, and brings what is written, as the chat shows it', async (t) => {
  const { open, say, inRoom, roomId } = await liveRoom(t)
  const stream = await open(viewer)
  t.equal(stream.status, 200)
  t.match(stream.headers, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', 'x-request-id': String })
  const hello = await stream.next('hello')
  t.match(hello.data, { connectionId: /^con_/, heartbeatS: 15, expiresAt: String, now: String })
  t.equal(hello.id, hello.data['position'])
  const sent = await say(viewer, 'merhaba')
  const entries = await shown(stream, 1)
  t.same(entries, (await inRoom('GET', '/messages', viewer)).body.items)
  t.equal(entries[0]?.messageId, sent.messageId)
  const pages = stream.events.filter(({ event }) => event === 'entries')
  for (const { id, data } of pages) t.match(data, { roomId, page: Number(id) })
  t.equal(Number(pages[0]?.id), Number(hello.id) + 1)
  stream.close()
})

t.test('guests see deletions and the end of a broadcast, and never whom moderators mute', async (t) => {
  const { open, say, inRoom } = await liveRoom(t)
  const stream = await open()
  t.equal((await stream.next('hello')).data['expiresAt'] === null, false, 'guests stay for an hour')
  const { messageId, position } = await say(viewer, 'merhaba')
  await inRoom('PUT', '/members/deniz/mute', moderator)
  await inRoom('DELETE', `/messages/${messageId}?position=${String(position)}`, moderator)
  await inRoom('POST', '/end', streamer)
  t.match(await shown(stream, 3), [{ kind: 'message', text: 'merhaba' }, { kind: 'deleted', messageId, position }, { kind: 'room', status: 'ended' }])
  t.notOk(JSON.stringify(stream.events).includes('deniz'))
  stream.close()
  const again = await open({}, '?rewind=10')
  const first = await again.next('entries')
  t.notOk(JSON.stringify(again.events).includes('merhaba'), 'the text is gone')
  t.ok(Number(first.id) > 0)
  again.close()
})

t.test('a reader resumes behind the last page they have, without a gap, by the header, the query, or from the last entries', async (t) => {
  const { open, say } = await liveRoom(t)
  const first = await open(viewer)
  await first.next('hello')
  await say(viewer, 'bir')
  await shown(first, 1)
  const id = first.events.at(-1)?.id
  first.close()
  await say(streamer, 'iki')
  await say(streamer, 'üç')
  const texts = async (stream: OpenStream, count: number): Promise<unknown[]> => {
    const found: unknown[] = []
    while (found.length < count) found.push(...entriesOf(await stream.next('entries')).map((entry) => entry['text']))
    stream.close()
    return found
  }
  t.same(await texts(await open({ ...viewer, 'last-event-id': String(id) }, '?after=1'), 2), ['iki', 'üç'], 'the header comes first')
  t.same(await texts(await open(viewer, `?after=${String(id)}`), 2), ['iki', 'üç'])
  t.same(await texts(await open({ ...viewer, 'last-event-id': '' }, '?rewind=2'), 2), ['iki', 'üç'])
  const all = await open(viewer, '?after=0')
  await say(viewer, 'dört')
  t.same((await texts(all, 6)).filter((text) => text !== undefined), ['bir', 'iki', 'üç', 'dört'])
  const ids = idsOf(all).map(Number)
  t.same(ids, ids.map((_, index) => index + 1), 'numbers are dense')
})

t.test('a position of another stream, or beyond the newest page, is refused, and so are bad credentials and unknown rooms', async (t) => {
  const { call, roomId } = await liveRoom(t)
  const path = `/api/rooms/${roomId}/events`
  for (const position of ['100', 'x', '-1', '1.5', '%20', '9'.repeat(30)]) {
    t.match(await call('GET', `${path}?after=${position}`, viewer), { status: 400, body: { code: 'invalid_cursor' } }, position)
  }
  t.match(await call('GET', path, { ...viewer, 'last-event-id': 'garbage\u00ff' }), { status: 400, body: { code: 'invalid_cursor' } })
  for (const rewind of ['0', '251', 'x']) t.match(await call('GET', `${path}?rewind=${rewind}`), { status: 400, body: { code: 'validation_failed' } })
  t.match(await call('GET', path, { authorization: 'Bearer a.b.c' }), { status: 401 })
  t.match(await call('GET', '/api/rooms/room_none/events'), { status: 404 })
  t.match(await call('GET', '/api/rooms/room_none/events', viewer), { status: 404 })
})

t.test('a ban ends the streams of the person, and refuses new ones', async (t) => {
  const { open, inRoom, say, call } = await liveRoom(t)
  const [banned, other] = [await open(viewer), await open(as('eda'))]
  await banned.next('hello')
  const ticket = String((await call('POST', '/api/events/tickets', viewer)).body['ticket'])
  await inRoom('PUT', '/members/bora/ban', moderator)
  t.match((await banned.next('reconnect')).data, { reason: 'removed' })
  await banned.ended
  t.match(await inRoom('GET', '/events', viewer), { status: 403, body: { code: 'banned' } })
  t.match(await inRoom('GET', `/events?ticket=${ticket}`, {}), { status: 403, body: { code: 'banned' } }, 'nor by a ticket of before')
  await say(moderator, 'hâlâ buradayız')
  await other.next('entries')
  other.close()
  await inRoom('DELETE', '/members/bora/ban', moderator)
  const back = await open(viewer, '?after=0')
  await say(moderator, 'hoş geldin')
  for (let found = false; !found;) found = entriesOf(await back.next('entries')).some((entry) => entry['text'] === 'hoş geldin')
  t.notOk(back.events.some(({ event }) => event === 'reconnect'), 'a ban of before does not count')
  back.close()
})

t.test('many readers of one room each get every page once, in order', async (t) => {
  const { open, say } = await liveRoom(t)
  const streams = await Promise.all(Array.from({ length: 40 }, async () => await open()))
  await Promise.all(streams.map(async ({ next }) => await next('hello')))
  const count = 5
  for (let index = 0; index < count; index++) await say(as(`writer${index}`), `mesaj ${index}`)
  for (const stream of streams) {
    t.same((await shown(stream, count)).map((entry) => entry['text']), Array.from({ length: count }, (_, index) => `mesaj ${index}`))
    const ids = idsOf(stream).map(Number)
    t.same(ids, ids.map((_, index) => Number(ids[0]) + index))
    stream.close()
  }
})

t.test('a stream whose pages cannot be read ends, and its reader comes back for them', async (t) => {
  const stores = memoryStores()
  let isAway = false
  const feeds = withMethods(stores.feeds, {
    read: async (...args) => {
      if (isAway) throw new DomainError('store_unavailable', 'away')
      return await stores.feeds.read(...args)
    },
  })
  const { open, say, inRoom, logs } = await liveRoom(t, { replacements: { openedStores: { ...stores, feeds } } })
  const first = await open(viewer)
  await first.next('hello')
  const { messageId, position } = await say(viewer, 'merhaba')
  await inRoom('DELETE', `/messages/${messageId}?position=${String(position)}`, moderator)
  await shown(first, 2)
  isAway = true
  const broken = await open(viewer, '?after=0')
  t.match((await broken.next('reconnect')).data, { reason: 'failed', afterMs: 2000 })
  await broken.ended
  t.ok(logs.some((line) => line.includes('a stream broke off')))
  isAway = false
  const again = await open(viewer, '?after=0')
  while (!entriesOf(await again.next('entries')).some((entry) => entry['kind'] === 'deleted' && entry.messageId === messageId));
  for (const { close } of [first, again]) close()
})
