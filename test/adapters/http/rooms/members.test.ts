import t from 'tap'
import { settableClock, START } from '../../../support/builders.js'
import { moderator, stranger, streamer, viewer, withRoom } from '../../../support/rooms.js'
import { adminToken, startService } from '../../../support/service.js'
import { laterBy } from '#domain/time.js'

t.test('a muted person cannot write until the mute ends or is lifted, and everyone may still read', async (t) => {
  const { clock, advance } = settableClock()
  const { inRoom, say } = await withRoom(await startService(t, { replacements: { clock } }))
  t.match(await inRoom('PUT', '/members/bora/mute', moderator, { minutes: 10, reason: 'spam' }), { status: 200 })
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Olmaz' }), { status: 403, headers: { 'retry-after': '600' }, body: { code: 'muted' } })
  t.match(await inRoom('GET', '/members/me', viewer), { body: { role: 'viewer', muted: true, mutedUntil: laterBy(START, 600_000), banned: false, bannedUntil: null } })
  t.match((await inRoom('GET', '/members?kind=mute', moderator)).body.items, [{ userId: 'bora', kind: 'mute', until: laterBy(START, 600_000), reason: 'spam', by: 'ceren', at: START }])
  t.match(await inRoom('GET', '/messages', viewer), { status: 200 })
  advance(600_000)
  await say(viewer, 'Şimdi')
  t.same((await inRoom('GET', '/members?kind=mute', moderator)).body.items, [])
  await inRoom('PUT', '/members/bora/mute', moderator)
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Olmaz' }), { status: 403, headers: { 'retry-after': undefined } })
  t.match(await inRoom('DELETE', '/members/bora/mute', streamer), { status: 200 })
  t.match(await inRoom('DELETE', '/members/bora/mute', streamer), { status: 200 })
  await say(viewer, 'Yine')
})

t.test('a ban is another thing than a mute', async (t) => {
  const { inRoom, say } = await withRoom(await startService(t))
  await inRoom('PUT', '/members/bora/ban', moderator, {})
  await inRoom('PUT', '/members/bora/mute', moderator, {})
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Olmaz' }), { status: 403, body: { code: 'banned' } })
  t.match(await inRoom('GET', '/members/me', viewer), { body: { muted: true, banned: true, mutedUntil: null } })
  await inRoom('DELETE', '/members/bora/ban', moderator)
  t.match(await inRoom('POST', '/messages', viewer, { text: 'Olmaz' }), { status: 403, body: { code: 'muted' } })
  t.match((await inRoom('GET', '/members?kind=ban', adminToken)).body.items, [])
  await inRoom('DELETE', '/members/bora/mute', moderator)
  await say(viewer, 'Oldu')
})

t.test('the table of who may what to whom', async (t) => {
  const { inRoom } = await withRoom(await startService(t))
  const { streamerId } = (await inRoom('GET', '', {})).body
  await inRoom('PUT', '/members/ece/moderator', streamer)
  for (const [who, method, path, status] of [
    [stranger, 'PUT', 'bora/mute', 403],
    [stranger, 'DELETE', 'bora/ban', 403],
    [stranger, 'PUT', 'deniz/moderator', 403],
    [moderator, 'PUT', 'deniz/moderator', 403],
    [moderator, 'DELETE', 'ceren/moderator', 403],
    [moderator, 'PUT', 'ece/mute', 403],
    [moderator, 'PUT', `${String(streamerId)}/ban`, 403],
    [streamer, 'PUT', `${String(streamerId)}/ban`, 403],
    [moderator, 'PUT', 'bora/ban', 200],
    [streamer, 'PUT', 'ece/ban', 200],
    [adminToken, 'PUT', 'ece/mute', 200],
    [adminToken, 'PUT', 'ece/moderator', 200],
    [streamer, 'DELETE', 'ece/moderator', 200],
    [streamer, 'DELETE', 'ece/moderator', 200],
  ] as const) t.equal((await inRoom(method, `/members/${path}`, who)).status, status, `${method} ${path}`)
  t.match(await inRoom('GET', '/members?kind=moderator', stranger), { status: 403 })
  t.match((await inRoom('GET', '/members?kind=moderator', streamer)).body.items, [{ userId: 'ceren' }])
  t.match(await inRoom('GET', '/members/me', streamer), { body: { role: 'owner' } })
})

t.test('a ban binds a moderator too, and neither the owner nor an administrator', async (t) => {
  const { inRoom, say } = await withRoom(await startService(t))
  for (const userId of ['ceren', 'ada']) await inRoom('PUT', `/members/${userId}/ban`, adminToken)
  t.match(await inRoom('POST', '/messages', moderator, { text: 'Olmaz' }), { status: 403, body: { code: 'banned' } })
  await say(streamer, 'Buradayım')
})

t.test('a room that does not exist has no members', async (t) => {
  const { call } = await startService(t)
  t.match(await call('GET', '/api/rooms/none/members/me', viewer), { status: 404 })
  t.match(await call('PUT', '/api/rooms/none/members/bora/mute', viewer), { status: 404 })
})
