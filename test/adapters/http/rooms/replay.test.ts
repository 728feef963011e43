import t from 'tap'
import { readCsv } from '../../../support/csv.js'
import { moderator, stranger, streamer, viewer, withRoom } from '../../../support/rooms.js'
import { settableClock } from '../../../support/builders.js'
import { adminToken, key, startService } from '../../../support/service.js'
import type { Lasting } from '../../../support/provider-server.js'

/** A live room, and a clock that stands still until it is moved. */
async function roomAt (t: Lasting, options: { readonly env?: Record<string, string>, readonly isLive?: boolean } = {}) {
  const { clock, advance } = settableClock()
  const { env = {}, ...room } = options
  return { ...await withRoom(await startService(t, { env, replacements: { clock } }), room), advance }
}

const at = (message: { readonly messageId?: unknown, readonly position?: unknown }): string => `/messages/${String(message.messageId)}?position=${String(message.position)}`

t.test('a replay lists what was written from old to new, with the time since the start, from any time on', async (t) => {
  const { inRoom, say, advance } = await roomAt(t, { isLive: false })
  await inRoom('POST', '/announcements', { ...moderator, ...key('k-1') }, { text: 'Birazdan' })
  advance(5_000)
  await inRoom('POST', '/start', streamer)
  for (const text of ['Bir', 'İki', 'Üç']) {
    advance(1_000)
    await say(viewer, text)
    await say(stranger, `${text}!`)
  }
  const replay = async (query: string) => (await inRoom('GET', `/replay${query}`, {})).body
  const shown = ({ items }: Awaited<ReturnType<typeof replay>>) => items.map(({ text, sinceStartMs }) => [text, sinceStartMs])
  const all = [['Bir', 1000], ['Bir!', 1000], ['İki', 2000], ['İki!', 2000], ['Üç', 3000], ['Üç!', 3000]]
  t.same(shown(await replay('')), all)
  t.same(shown(await replay('?sinceStartMs=1001')), all.slice(2))
  t.same(shown(await replay('?sinceStartMs=3000')), all.slice(4))
  t.same(shown(await replay('?sinceStartMs=3001')), [])
  const first = await replay('?sinceStartMs=1500&limit=3')
  t.same(shown(first), all.slice(2, 5))
  const rest = await replay(`?sinceStartMs=1500&limit=3&cursor=${String(first.nextCursor)}`)
  t.same([shown(rest), rest.nextCursor], [all.slice(5), null])
  t.match(await inRoom('GET', `/replay?sinceStartMs=0&cursor=${String(first.nextCursor)}`, {}), { status: 400, body: { code: 'invalid_cursor' } })
})

t.test('a replay has no text that was deleted, and there is none of a room that has not started', async (t) => {
  const { inRoom, say, call } = await roomAt(t)
  const sent = await say(viewer, 'Gizli')
  await inRoom('DELETE', at(sent), moderator)
  t.match((await inRoom('GET', '/replay', {})).body.items, [{ messageId: sent.messageId, text: null }])
  t.match(await call('GET', '/api/rooms/none/replay'), { status: 404 })
  const scheduled = await call('POST', '/api/rooms', { ...streamer, ...key('other') }, { title: 'Sonra' })
  t.match(await call('GET', `/api/rooms/${String(scheduled.body['roomId'])}/replay`), { status: 409, body: { code: 'room_state' } })
})

t.test('a page of a replay looks at 100 pages of the feed, and goes on behind them', async (t) => {
  const { inRoom, say } = await roomAt(t)
  for (let number = 0; number < 60; number++) for (const method of ['PUT', 'DELETE']) await inRoom(method, '/members/deniz/mute', moderator)
  await say(viewer, 'Yeni')
  const { body } = await inRoom('GET', '/replay', {})
  t.same(body.items, [])
  t.match((await inRoom('GET', `/replay?cursor=${String(body.nextCursor)}`, {})).body, { items: [{ text: 'Yeni' }], nextCursor: null })
})

t.test('the streamer and administrators download the chat as CSV or NDJSON, without what was deleted', async (t) => {
  const { inRoom, say, roomId, app } = await roomAt(t)
  const first = await say(viewer, '=HYPERLINK("https://evil.example")')
  const deleted = await say(viewer, 'Gizli kalsın')
  await say(stranger, 'Mavi; -1\r\nyarın', { replyTo: { messageId: first.messageId, position: first['position'] } })
  await inRoom('DELETE', at(deleted), viewer)
  const file = async (query: string, headers: Record<string, string> = streamer) => await app.inject({ url: `/api/rooms/${roomId}/export${query}`, headers })
  const csv = await file('?bom=true')
  t.match(csv.headers, { 'content-type': 'text/csv; charset=utf-8; header=present', 'content-disposition': `attachment; filename="chat_${roomId}.csv"` })
  t.ok(csv.payload.startsWith('\ufeff'))
  const [names = [], ...rows] = readCsv(csv.payload.slice(1))
  t.same(names, ['messageId', 'position', 'kind', 'createdAt', 'sinceStartMs', 'senderId', 'role', 'text', 'hidden', 'replyTo', 'productId', 'units'])
  t.same(rows.map((row) => [row[1], row[4], row[5], row[7], row[9]]), [
    ['4.0', '0', 'bora', "'=HYPERLINK(\"https://evil.example\")", ''],
    ['5.0', '0', 'bora', '', ''],
    ['6.0', '0', 'deniz', "Mavi; '-1\r\nyarın", first.messageId],
  ])
  const ndjson = await file('?format=ndjson', adminToken)
  const lines = ndjson.payload.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  t.match(lines, [{ text: '=HYPERLINK("https://evil.example")', sinceStartMs: 0 }, { text: null }, { text: 'Mavi; -1\r\nyarın' }, { end: true, count: 3 }])
  for (const { payload } of [csv, ndjson]) t.notMatch(payload, 'Gizli')
  t.match((await app.inject({ url: '/api/admin/audit', headers: adminToken })).json(), { items: [{ action: 'exportRoom', targetId: roomId, outcome: 'done' }] })
  for (const headers of [moderator, viewer]) t.equal((await file('', headers)).statusCode, 403)
  t.equal((await file('?format=ndjson&bom=true')).statusCode, 400)
  t.equal((await app.inject({ url: '/api/rooms/none/export', headers: streamer })).statusCode, 404)
})

t.test('the chat of a room that has not started is exported too, and one of many pages as a whole', async (t) => {
  const { inRoom, app, roomId } = await roomAt(t, { isLive: false })
  for (let number = 0; number < 25; number++) await inRoom('POST', '/announcements', { ...moderator, ...key(`k-${number}`) }, { text: `Duyuru ${number}` })
  const { payload } = await app.inject({ url: `/api/rooms/${roomId}/export?format=ndjson`, headers: streamer })
  const lines = payload.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  t.same(lines.slice(0, -1).map(({ text }) => text), Array.from({ length: 25 }, (_, number) => `Duyuru ${number}`))
  t.match(lines[0], { kind: 'announcement', sinceStartMs: null })
})

t.test('the chat of a room is gone after ROOM_RETENTION_DAYS, and the room stays', async (t) => {
  const { inRoom, say, advance } = await roomAt(t, { env: { ROOM_RETENTION_DAYS: '3' } })
  await say(viewer, 'Bir')
  advance(2 * 86_400_000)
  await say(viewer, 'İki')
  const texts = async (path: string) => (await inRoom('GET', path, {})).body.items.map(({ text }) => text)
  t.same(await texts('/messages'), ['İki', 'Bir'])
  advance(86_400_000)
  t.same(await texts('/messages'), ['İki'])
  t.same(await texts('/replay'), ['İki'])
  advance(2 * 86_400_000)
  t.same(await texts('/messages'), [])
  t.same(await texts('/replay'), [])
  t.match(await inRoom('GET', '', {}), { status: 200 })
})
