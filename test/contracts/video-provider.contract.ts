import type { Test } from 'tap'
import type { VideoProvider } from '#application/ports/video-provider.js'
import { claimsOf, jwtOf, videoEvent, type VideoEventDraft, videoSignature, VIDEO_KEY, VIDEO_SECRET } from '../support/video.js'

export interface VideoHarness {
  /** With VIDEO_KEY and VIDEO_SECRET. */
  readonly video: VideoProvider
  /** A person begins to publish. */
  readonly publish: (roomId: string, identity: string) => Promise<void>
}

const delivery = (text: string, headers = videoSignature(text)) => ({ headers, body: Buffer.from(text), now: new Date().toISOString() })

/** The promises of the port. Each test gets a provider of its own. */
export function videoProviderContract (t: Test, makeHarness: (t: Test) => Promise<VideoHarness>): void {
  t.test('a token lets one person into one room until it expires, and those alone publish who may', async (t) => {
    const { video } = await makeHarness(t)
    for (const canPublish of [true, false]) {
      const nowS = Math.floor(Date.now() / 1000)
      const { url, token } = await video.issueToken({ roomId: 'room_1', identity: 'str_1', canPublish, expiresAt: new Date((nowS + 600) * 1000).toISOString() })
      t.match(url, /^wss?:\/\//)
      const claims = claimsOf(token)
      t.match(claims, { iss: VIDEO_KEY, sub: 'str_1' })
      t.same(claims['video'], { roomJoin: true, room: 'room_1', canPublish, canSubscribe: true, canPublishData: false })
      const expS = Number(claims['exp'])
      t.ok(expS > nowS + 590 && expS <= nowS + 600, 'it lives no longer than it says')
    }
  })

  t.test('a person publishes from when they begin until they are removed or the room ends', async (t) => {
    const { video, publish } = await makeHarness(t)
    t.same(await video.isPublishing('room_1', 'str_1'), { kind: 'known', isPublishing: false })
    await publish('room_1', 'str_1')
    t.same(await video.isPublishing('room_1', 'str_1'), { kind: 'known', isPublishing: true })
    t.same(await video.isPublishing('room_1', 'bora'), { kind: 'known', isPublishing: false })
    t.same(await video.isPublishing('room_2', 'str_1'), { kind: 'known', isPublishing: false })
    t.same(await video.removeParticipant('room_1', 'str_1'), { kind: 'ok' })
    t.same(await video.isPublishing('room_1', 'str_1'), { kind: 'known', isPublishing: false })
    t.same(await video.removeParticipant('room_1', 'str_1'), { kind: 'ok' }, 'a repeat does no harm')
    await publish('room_1', 'str_1')
    t.same(await video.endRoom('room_1'), { kind: 'ok' })
    t.same(await video.isPublishing('room_1', 'str_1'), { kind: 'known', isPublishing: false })
    t.same(await video.endRoom('room_1'), { kind: 'ok' })
  })

  t.test('a webhook says who came to publish or went, and of the end of a room that everyone did', async (t) => {
    const { video } = await makeHarness(t)
    const newsOf = async (draft: VideoEventDraft) => (await video.verifyWebhook(delivery(videoEvent(draft)))).news
    const about = { roomId: 'room_1', identity: 'str_1' }
    t.same(await video.verifyWebhook(delivery(videoEvent({ id: 'EV_9', event: 'track_published', ...about }))), { eventId: 'EV_9', type: 'track_published', news: { ...about, isPresent: true } })
    for (const event of ['track_unpublished', 'participant_left']) t.same(await newsOf({ event, ...about }), { ...about, isPresent: false }, event)
    t.same(await newsOf({ event: 'room_finished', roomId: 'room_1' }), { roomId: 'room_1', identity: null, isPresent: false })
    t.equal(await newsOf({ event: 'track_published' }), null, 'of no room')
    for (const event of ['participant_joined', 'egress_ended', 'toString']) t.equal(await newsOf({ event, ...about }), null, event)
  })

  t.test('a webhook without a valid token over its bytes is refused, and so is one that cannot be read', async (t) => {
    const { video } = await makeHarness(t)
    const text = videoEvent({ event: 'track_published', roomId: 'room_1', identity: 'str_1' })
    const { token } = await video.issueToken({ roomId: 'room_1', identity: 'bora', canPublish: false, expiresAt: new Date(Date.now() + 60_000).toISOString() })
    const forged: Record<string, Record<string, string>> = {
      'no token': {},
      'a token that is none': { authorization: 'nonsense' },
      'a token of another secret': videoSignature(text, { secret: `${VIDEO_SECRET}2` }),
      'a token of another key': videoSignature(text, { key: 'other' }),
      'a token that has expired': videoSignature(text, { endsS: -60 }),
      'a token without an end': { authorization: jwtOf({ iss: VIDEO_KEY }) },
      'a token over other bytes': videoSignature(`${text} `),
      'the token of a viewer': { authorization: token },
    }
    for (const [name, headers] of Object.entries(forged)) await t.rejects(video.verifyWebhook(delivery(text, headers)), { code: 'invalid_webhook_signature' }, name)
    for (const body of ['nonsense', '[]', '{"id":7}', '{}', videoEvent({ id: '', event: 'room_started' }), videoEvent({ event: '' })]) {
      await t.rejects(video.verifyWebhook(delivery(body)), { code: 'invalid_webhook' }, body)
    }
  })
}
