import t from 'tap'
import { stranger, streamer, withRoom } from '../../../support/rooms.js'
import { adminToken, adminUser, key, startService } from '../../../support/service.js'

t.test('administrators list all rooms of a status, and filter them by streamer and title', async (t) => {
  const { call, roomId, inRoom } = await withRoom(await startService(t), { body: { visibility: 'unlisted' } })
  const { streamerId } = (await inRoom('GET', '', {})).body
  t.same((await call('GET', '/api/rooms')).body.items, [])
  for (const query of ['', `?streamerId=${String(streamerId)}`, '?q=atki']) t.match((await call('GET', `/api/admin/rooms${query}`, adminUser)).body, { items: [{ roomId, visibility: 'unlisted' }], nextCursor: null })
  for (const query of ['?status=ended', '?streamerId=none', '?q=yok']) t.same((await call('GET', `/api/admin/rooms${query}`, adminUser)).body.items, [])
  t.match(await call('GET', '/api/admin/rooms', streamer), { status: 403 })
})

t.test('administrators end a room of any streamer', async (t) => {
  const { call, roomId } = await withRoom(await startService(t))
  const end = `/api/admin/rooms/${roomId}/end`
  t.match(await call('POST', end, streamer), { status: 403 })
  for (let time = 0; time < 2; time++) t.match(await call('POST', end, adminUser), { status: 200, body: { status: 'ended', endedReason: 'moderator' } })
  t.match(await call('POST', '/api/admin/rooms/none/end', adminToken), { status: 404 })
  const scheduled = (await call('POST', '/api/rooms', { ...streamer, ...key('k-2') }, { title: 'Sonra' })).body['roomId']
  t.match(await call('POST', `/api/admin/rooms/${String(scheduled)}/end`, adminToken), { status: 409, body: { code: 'room_state' } })
})

t.test('what administrators do in rooms is in the audit log', async (t) => {
  const { call, roomId, inRoom } = await withRoom(await startService(t))
  await inRoom('PUT', '/members/deniz/ban', adminUser, { minutes: 10, reason: 'spam' })
  await call('POST', `/api/admin/rooms/${roomId}/end`, adminUser)
  t.match((await call('GET', '/api/admin/audit', adminToken)).body.items.slice(0, 2), [
    { action: 'endRoomOfOthers', actorId: 'yonetici', targetId: roomId, outcome: 'done' },
    { action: 'banFromRoom', targetId: roomId, detail: { userId: 'deniz', minutes: 10, fields: ['minutes', 'reason'] }, outcome: 'done' },
  ])
})

t.test('minutes of a room are not spent by a request too', async (t) => {
  const { call, roomId, inRoom } = await withRoom(await startService(t))
  const { streamerId } = (await inRoom('GET', '', {})).body
  const spend = async (broadcastId: string) => await call('POST', `/api/streamers/${String(streamerId)}/usage`, { ...streamer, ...key(broadcastId) }, { minutes: 1, broadcastId })
  t.match(await spend(roomId), { status: 409, body: { code: 'room_state' } })
  t.match(await spend('other'), { status: 200, body: { minutesUsed: 1 } })
  t.match(await call('POST', `/api/streamers/${String(streamerId)}/usage`, { ...stranger, ...key('k') }, { minutes: 1, broadcastId: roomId }), { status: 404 })
})
