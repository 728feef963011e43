import t, { type Test } from 'tap'
import { moderator, streamer, stranger, viewer, withRoom } from '../../../support/rooms.js'
import { adminToken, as, startService } from '../../../support/service.js'
import { claimsOf, ScriptedVideo, videoEvent, videoSignature, VIDEO_SECRET } from '../../../support/video.js'

async function room (t: Test, { env = {}, isLive = true, video }: { env?: Record<string, string>, isLive?: boolean, video?: ScriptedVideo } = {}) {
  return await withRoom(await startService(t, { env, ...(video !== undefined && { replacements: { loadedVideo: video } }) }), { isLive })
}

t.test('the streamer of a live room publishes, and everyone else watches, guests and administrators too', async (t) => {
  const { inRoom, roomId, logs } = await room(t)
  const get = async (headers = {}) => {
    const { status, body } = await inRoom('POST', '/video-token', headers)
    t.equal(status, 200)
    return { body, claims: claimsOf(String(body['token'])) as { sub: string, exp: number, video: Record<string, unknown> } }
  }
  const { body, claims } = await get(streamer)
  t.match(body, { provider: 'simulator', url: 'ws://127.0.0.1:7880', canPublish: true })
  t.match(claims, { sub: /^str_/, video: { room: roomId, roomJoin: true, canPublish: true, canPublishData: false } })
  const livesMs = Date.parse(String(body['expiresAt'])) - Date.now()
  t.ok(livesMs > 590_000 && livesMs <= 600_000)
  for (const [headers, sub] of [[viewer, 'bora'], [moderator, 'ceren'], [{ ...as('yonetici', { role: 'admin' }) }, 'yonetici']] as const) {
    const watching = await get(headers)
    t.match(watching, { body: { canPublish: false }, claims: { sub, video: { room: roomId, canPublish: false, canPublishData: false, canSubscribe: true } } })
  }
  const guests = await Promise.all([{}, {}, adminToken].map(get))
  for (const guest of guests) t.match(guest, { body: { canPublish: false }, claims: { sub: /^gst_/ } })
  t.equal(new Set(guests.map((guest) => guest.claims.sub)).size, 3, 'each guest is another one')
  for (const token of [body['token'], ...guests.map((guest) => guest.body['token'])]) t.notOk(logs.join('').includes(String(token)), 'no log has a token')
})

t.test('a room that is not live has video for its streamer alone, and only before the start', async (t) => {
  const { inRoom } = await room(t, { isLive: false })
  for (const headers of [{}, viewer, adminToken]) t.match(await inRoom('POST', '/video-token', headers), { status: 409, body: { code: 'room_not_live' } })
  t.match(await inRoom('POST', '/video-token', streamer), { status: 200, body: { canPublish: true } })
  await inRoom('POST', '/start', streamer)
  t.match(await inRoom('POST', '/video-token', {}), { status: 200 })
  await inRoom('POST', '/end', streamer)
  t.match(await inRoom('POST', '/video-token', streamer), { status: 409, body: { code: 'room_not_live' } })
})

t.test('a person whom the room bans gets no token, and is cut off', async (t) => {
  const video = new ScriptedVideo()
  const { inRoom, roomId, call } = await room(t, { video })
  t.match(await inRoom('PUT', '/members/bora/ban', moderator, { minutes: 10 }), { status: 200 })
  t.match(await inRoom('POST', '/video-token', viewer), { status: 403, body: { code: 'banned' } })
  t.match(await inRoom('POST', '/video-token', stranger), { status: 200, body: { provider: 'scripted', token: 'deniz' } })
  t.same(video.calls, [`remove ${roomId} bora`])
  t.match(await call('POST', '/api/rooms/room_none/video-token', viewer), { status: 404, body: { code: 'not_found' } })
  t.match(await inRoom('POST', '/video-token', { authorization: 'Bearer a.b.c' }), { status: 401, body: { code: 'unauthorized' } })
})

t.test('a provider that does not do what it is asked delays nothing and is in the log, without the person', async (t) => {
  const video = new ScriptedVideo()
  const { inRoom, roomId, logs } = await room(t, { video })
  const lines = () => logs.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['provider'] === 'scripted')
  video.done = { kind: 'unknown', reason: 'no answer' }
  t.match(await inRoom('PUT', '/members/bora/ban', moderator, {}), { status: 200 })
  t.match(await inRoom('POST', '/video-token', viewer), { status: 403 })
  video.done = { kind: 'refused', about: 'access', code: 'unauthenticated' }
  t.match(await inRoom('POST', '/end', streamer), { status: 200, body: { status: 'ended' } })
  t.match(lines(), [
    { about: 'removeParticipant', roomId, reason: 'no answer', msg: 'a video provider did not say what became of a request of ours' },
    { about: 'endRoom', roomId, code: 'unauthenticated', msg: 'a video provider did not take a request of ours' },
  ])
  t.notOk(JSON.stringify(lines()).includes('bora'))
})

t.test('a service without a provider says so, of tokens and of webhooks', async (t) => {
  const { inRoom, call } = await room(t, { env: { VIDEO_PROVIDER: 'none' } })
  t.match(await inRoom('POST', '/video-token', {}), { status: 503, body: { code: 'video_unavailable' } })
  t.match(await call('POST', '/api/rooms/webhook/simulator', {}, {}), { status: 422, body: { code: 'unknown_provider' } })
  t.match(await inRoom('POST', '/end', streamer), { status: 200 })
})

t.test('a webhook of LiveKit is taken in its media type, once, and is in the list of events', async (t) => {
  const { call, roomId, inRoom, logs } = await room(t)
  const { body: { token } } = await inRoom('POST', '/video-token', streamer) as unknown as { body: { token: string } }
  const body = videoEvent({ id: 'EV_1', event: 'track_unpublished', roomId, identity: String(claimsOf(token)['sub']) })
  const send = async (headers: Record<string, string>, sent = body) => await call('POST', '/api/rooms/webhook/simulator', { 'content-type': 'application/webhook+json', ...headers }, undefined, sent)
  t.match(await send(videoSignature(body)), { status: 200, body: { result: 'applied' } })
  t.match(await send(videoSignature(body)), { status: 200, body: { result: 'duplicate' } })
  t.match(await send({ ...videoSignature(body), 'content-type': 'application/json' }), { status: 200, body: { result: 'duplicate' } })
  t.match((await call('GET', '/api/admin/webhook-events', adminToken)).body.items, [{ subject: 'room', subjectId: roomId, provider: 'simulator', type: 'track_unpublished', state: 'applied' }])
  t.match(await send({}), { status: 401, body: { code: 'invalid_webhook_signature' } })
  t.match(await send(videoSignature(body), `${body} `), { status: 401, body: { code: 'invalid_webhook_signature' } })
  t.match(await send(videoSignature('nonsense'), 'nonsense'), { status: 400, body: { code: 'invalid_webhook' } })
  t.match(await send({ ...videoSignature(body), 'content-type': 'text/plain' }), { status: 415 })
  const signature = String(videoSignature(body).authorization)
  for (const secret of [VIDEO_SECRET, signature]) t.notOk(logs.join('').includes(secret))
})
