import t from 'tap'
import { moderator, stranger, streamer, viewer, withRoom } from '../../../support/rooms.js'
import { settableClock } from '../../../support/builders.js'
import { adminToken, adminUser, as, key, startService } from '../../../support/service.js'
import type { Lasting } from '../../../support/provider-server.js'

/** A live room, and a clock that stands still until it is moved. */
async function roomAt (t: Lasting, options: { readonly body?: object, readonly env?: Record<string, string>, readonly isLive?: boolean } = {}) {
  const { clock, advance } = settableClock()
  const { env = {}, ...room } = options
  return { ...await withRoom(await startService(t, { env, replacements: { clock } }), room), advance }
}

const at = (message: { readonly messageId?: unknown, readonly position?: unknown }): string => `/messages/${String(message.messageId)}?position=${String(message.position)}`

t.test('a message is shown as it was taken, and a repeat of it sends nothing', async (t) => {
  const { inRoom, say } = await roomAt(t)
  const sent = await say(viewer, 'Mavisi var mı?', { clientMessageId: 'k-1' })
  t.match(sent, { kind: 'message', position: '4.0', senderId: 'bora', role: 'viewer', text: 'Mavisi var mı?', hidden: false, replyTo: null })
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Mavisi var mı?', clientMessageId: 'k-1' }), { status: 200, headers: { 'idempotent-replayed': 'true' }, body: sent })
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Başka', clientMessageId: 'k-1' }), { status: 422, body: { code: 'idempotency_key_reused' } })
  const reply = await say(streamer, 'Var', { clientMessageId: 'k-1', replyTo: { messageId: sent.messageId, position: sent['position'] } })
  t.match(reply, { role: 'owner', replyTo: { messageId: sent.messageId, position: '4.0' } })
  t.match(await inRoom('POST', '/messages', streamer, { text: 'Var', clientMessageId: 'k-1' }), { status: 422 })
  t.match(await inRoom('POST', '/messages', streamer, { text: 'Var', clientMessageId: 'k-1', replyTo: { messageId: sent.messageId, position: '4.0' } }), { status: 200, body: reply })
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Hangisi?', replyTo: { messageId: 'other', position: '4.0' } }), { status: 404 })
  t.same((await inRoom('GET', '/messages', {})).body.items, [reply, sent])
})

t.test('a repeat is recognised for ten minutes', async (t) => {
  const { inRoom, say, advance } = await roomAt(t)
  await say(viewer, 'Bir', { clientMessageId: 'k-1' })
  advance(600_000)
  await say(stranger, 'İki')
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Bir', clientMessageId: 'k-1' }), { status: 200 })
  advance(1)
  await say(stranger, 'Üç')
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Bir', clientMessageId: 'k-1' }), { status: 201 })
})

t.test('the history goes from new to old, page by page', async (t) => {
  const { inRoom, call, roomId } = await roomAt(t, { env: { ROOM_RATE_MAX: '1000' } })
  await Promise.all(Array.from({ length: 30 }, async (_, number) => await inRoom('POST', '/messages', as(`user${number}`), { text: `metin ${number}` })))
  await inRoom('PUT', '/members/deniz/mute', moderator)
  await inRoom('POST', '/announcements', { ...moderator, ...key('k-1') }, { text: 'Duyuru' })
  const texts: unknown[] = []
  let cursor = ''
  do {
    const { body } = await inRoom('GET', `/messages?limit=7${cursor}`, {})
    texts.push(...body.items.map((item) => item['text']))
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
  } while (cursor !== '')
  t.equal(texts.length, 31)
  t.equal(texts[0], 'Duyuru')
  t.equal(new Set(texts).size, 31)
  t.match(await inRoom('GET', `/messages?cursor=${Buffer.from(JSON.stringify({ list: `room messages ${roomId}`, key: 'a#1', marks: {} })).toString('base64url')}`, {}), { status: 400 })
  t.match(await call('GET', '/api/rooms/none/messages'), { status: 404 })
})

t.test('a room without a message yet has an empty history', async (t) => {
  const { inRoom } = await roomAt(t)
  t.match((await inRoom('GET', '/messages', {})).body, { items: [], nextCursor: null })
})

t.test('a page of the history looks at 100 pages of the feed, and goes on behind them', async (t) => {
  const { inRoom, say } = await roomAt(t)
  await say(viewer, 'Eski')
  for (let number = 0; number < 60; number++) for (const method of ['PUT', 'DELETE']) await inRoom(method, '/members/deniz/mute', moderator)
  const { body } = await inRoom('GET', '/messages', {})
  t.same(body.items, [])
  t.match((await inRoom('GET', `/messages?cursor=${String(body.nextCursor)}`, {})).body, { items: [{ text: 'Eski' }], nextCursor: null })
})

t.test('only a live room takes messages', async (t) => {
  const { inRoom } = await roomAt(t, { isLive: false })
  t.match(await inRoom('POST', '/messages', streamer, { text: 'Erken' }), { status: 409, body: { code: 'room_not_live' } })
  await inRoom('POST', '/start', streamer)
  await inRoom('POST', '/end', streamer)
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Geç' }), { status: 409, body: { code: 'room_not_live' } })
})

t.test('a text shows something, and is no longer than the room allows', async (t) => {
  const { inRoom } = await roomAt(t, { body: { settings: { messageMaxCharacters: 3 } } })
  for (const text of [' ', 'dört']) t.match(await inRoom('POST', '/messages', viewer, { text }), { status: 422, body: { code: 'message_length' } })
  t.match(await inRoom('POST', '/messages', viewer, { text: '😀😀😀' }), { status: 201 })
})

t.test('a word that the room does not allow is found in any case and with any accents, but not within other words', async (t) => {
  const { inRoom, say } = await roomAt(t, { body: { settings: { words: ['Kötü Söz', 'ahmak'] } } })
  for (const text of ['AHMAK', 'bir kotu-soz daha']) {
    t.match(await inRoom('POST', '/messages', viewer, { text }), { status: 422, body: { code: 'blocked_word' } })
    t.match(await inRoom('POST', '/messages', moderator, { text }), { status: 422 })
  }
  await say(viewer, 'ahmaklık ve kötü bir söz')
  await say(streamer, 'ahmak')
})

t.test('slow mode binds viewers alone, by the time of the feed', async (t) => {
  const { inRoom, say, advance } = await roomAt(t, { body: { settings: { slowModeS: 30 } } })
  await say(viewer, 'Bir')
  advance(10_500)
  t.match(await inRoom('POST', '/messages', viewer, { text: 'İki' }), { status: 429, headers: { 'retry-after': '20' }, body: { code: 'slow_mode' } })
  await say(moderator, 'Bir')
  await say(moderator, 'İki')
  advance(19_500)
  await say(viewer, 'İki')
})

t.test('a person sends five messages at once, and one a second', async (t) => {
  const { inRoom, say, advance } = await roomAt(t)
  for (let number = 0; number < 5; number++) await say(streamer, `metin ${number}`)
  t.match(await inRoom('POST', '/messages', streamer, { text: 'altı' }), { status: 429, headers: { 'retry-after': '1' }, body: { code: 'slow_mode' } })
  advance(1000)
  await say(streamer, 'altı')
  t.match(await inRoom('POST', '/messages', streamer, { text: 'yedi' }), { status: 429 })
})

t.test('a room takes as many messages a second as ROOM_RATE_MAX says', async (t) => {
  const { inRoom, say, advance } = await roomAt(t, { env: { ROOM_RATE_MAX: '2' } })
  await say(viewer, 'Bir')
  await say(stranger, 'İki')
  t.match(await inRoom('POST', '/messages', moderator, { text: 'Üç' }), { status: 429, headers: { 'retry-after': '1' }, body: { code: 'room_busy' } })
  advance(1000)
  await say(moderator, 'Üç')
})

t.test('a deleted text is gone from every answer, and a deletion may be repeated', async (t) => {
  const { inRoom, say } = await roomAt(t)
  const sent = await say(viewer, 'Silinecek', { clientMessageId: 'k-1' })
  t.match(await inRoom('DELETE', at(sent), stranger), { status: 403, body: { code: 'forbidden' } })
  t.match(await inRoom('DELETE', at({ ...sent, messageId: 'other' }), viewer), { status: 404 })
  t.match(await inRoom('DELETE', at({ ...sent, position: '99.0' }), viewer), { status: 404 })
  t.match(await inRoom('DELETE', at(sent), viewer), { status: 200 })
  t.match(await inRoom('DELETE', at(sent), moderator), { status: 200 })
  t.match((await inRoom('GET', '/messages', {})).body.items, [{ messageId: sent.messageId, text: null }])
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Silinecek', clientMessageId: 'k-1' }), { status: 200, body: { text: null } })
})

t.test('moderators delete the messages of all but the owner', async (t) => {
  const { inRoom, say } = await roomAt(t)
  const [ofOwner, ofViewer] = [await say(streamer, 'Sahibin'), await say(viewer, 'İzleyenin')]
  t.match(await inRoom('DELETE', at(ofOwner), moderator), { status: 403 })
  t.match(await inRoom('DELETE', at(ofViewer), moderator), { status: 200 })
  t.match(await inRoom('DELETE', at(ofOwner), adminToken), { status: 200 })
  t.match(await inRoom('DELETE', at(await say(viewer, 'Bir daha')), streamer), { status: 200 })
})

t.test('announcements are for moderators, once for a key, before and during the broadcast', async (t) => {
  const { inRoom } = await roomAt(t, { isLive: false })
  const announce = async (who: Record<string, string>, text: string, name = 'k-1') => await inRoom('POST', '/announcements', { ...who, ...key(name) }, { text })
  t.match(await announce(viewer, 'Olmaz'), { status: 403 })
  const announced = await announce(moderator, 'Birazdan')
  t.match(announced, { status: 201, body: { kind: 'announcement', senderId: 'ceren', role: null, text: 'Birazdan' } })
  t.match(await announce(moderator, 'Birazdan'), { status: 200, headers: { 'idempotent-replayed': 'true' }, body: announced.body })
  t.match(await announce(moderator, 'Başka'), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match(await announce(moderator, '​', 'k-2'), { status: 422, body: { code: 'message_length' } })
  t.match(await announce(adminToken, 'Yönetim', 'k-3'), { status: 201, body: { senderId: null } })
  await inRoom('POST', '/start', streamer)
  t.match(await announce(streamer, 'Başladık', 'k-4'), { status: 201 })
  await inRoom('POST', '/end', streamer)
  t.match(await announce(streamer, 'Bitti', 'k-5'), { status: 409, body: { code: 'room_not_live' } })
})

t.test('reports of three people hide a message until a moderator looks', async (t) => {
  const { inRoom, say } = await roomAt(t)
  const sent = await say(viewer, 'Kötü')
  const report = async (who: Record<string, string>, body: object = { reason: 'abuse' }) => await inRoom('POST', at(sent).replace('?', '/report?'), who, body)
  t.match(await report(as('u1'), { reason: 'spam', note: 'hep aynı' }), { status: 202 })
  t.match(await report(as('u1')), { status: 202 }, 'a second report of a person counts no more')
  await report(as('u2'))
  t.match((await inRoom('GET', '/messages', {})).body.items, [{ text: 'Kötü', hidden: false }])
  await report(as('u3'))
  t.match((await inRoom('GET', '/messages', {})).body.items, [{ text: null, hidden: true }])
  t.match(await inRoom('GET', '/reports', viewer), { status: 403 })
  t.match((await inRoom('GET', '/reports', moderator)).body.items, [{
    messageId: sent.messageId, senderId: 'bora', text: 'Kötü', reports: [{ userId: 'u1', reason: 'spam', note: 'hep aynı' }, { userId: 'u2', reason: 'abuse', note: null }, { userId: 'u3' }],
  }])
  const resolve = async (who: Record<string, string>, action: string) => await inRoom('POST', `/reports/${sent.messageId}/resolve`, who, { action })
  t.match(await resolve(viewer, 'dismiss'), { status: 403 })
  t.match(await resolve(moderator, 'dismiss'), { status: 200 })
  t.match((await inRoom('GET', '/messages', {})).body.items, [{ text: 'Kötü', hidden: false }])
  t.match(await resolve(moderator, 'dismiss'), { status: 404 })
  await report(as('u4'))
  t.match(await resolve(moderator, 'mute'), { status: 200 })
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Yine' }), { status: 403, body: { code: 'muted' } })
  await report(as('u5'))
  t.match(await resolve(adminUser, 'delete'), { status: 200 })
  t.same((await inRoom('GET', '/reports', moderator)).body.items, [])
  t.match(await report(as('u6')), { status: 202 })
  t.same((await inRoom('GET', '/reports', moderator)).body.items, [], 'what is deleted is not reported')
})

t.test('ten reports of a message are counted, and with autoHideReports 0 none hides it', async (t) => {
  const { inRoom, say } = await roomAt(t, { body: { settings: { autoHideReports: 0 } } })
  const sent = await say(viewer, 'Kötü')
  for (let number = 0; number < 12; number++) await inRoom('POST', at(sent).replace('?', '/report?'), as(`u${number}`), { reason: 'other' })
  t.equal(((await inRoom('GET', '/reports', moderator)).body.items[0]?.['reports'] as unknown[]).length, 10)
  t.match((await inRoom('GET', '/messages', {})).body.items, [{ hidden: false }])
})
