import t, { type Test } from 'tap'
import { makeLiveKit } from '#adapters/video/livekit.js'
import type { VideoProvider } from '#application/ports/video-provider.js'
import { videoProviderContract } from '../../contracts/video-provider.contract.js'
import { startLiveKitServer } from '../../support/livekit-server.js'
import type { Misbehaviour } from '../../support/provider-server.js'
import { VIDEO_KEY, VIDEO_SECRET } from '../../support/video.js'

async function livekit (t: Test, { timeoutMs = 5000, apiSecret = VIDEO_SECRET } = {}) {
  const server = await startLiveKitServer(t)
  return { server, video: makeLiveKit({ url: server.url.replace('http', 'ws'), apiKey: VIDEO_KEY, apiSecret, timeoutMs }) }
}

const CALLS: Record<string, (video: VideoProvider) => Promise<unknown>> = {
  isPublishing: async (video) => await video.isPublishing('room_1', 'str_1'),
  removeParticipant: async (video) => await video.removeParticipant('room_1', 'str_1'),
  endRoom: async (video) => await video.endRoom('room_1'),
}

videoProviderContract(t, async (t) => {
  const { server, video } = await livekit(t)
  return { video, publish: async (roomId, identity) => { server.join(roomId, identity, 2) } }
})

t.test('a person who is in the room without a track does not publish', async (t) => {
  const { server, video } = await livekit(t)
  server.join('room_1', 'str_1', 0)
  t.same(await video.isPublishing('room_1', 'str_1'), { kind: 'known', isPublishing: false })
})

t.test('whatever LiveKit does instead of answering, the outcome is unknown, and the call is made once', async (t) => {
  const faults: ReadonlyArray<readonly [Misbehaviour, RegExp]> = [
    ['reset', /no answer that can be read/], ['reset_after', /no answer/], ['error_500', /status 500 and code no_code/], ['error_500_after', /status 500/], ['too_many_429', /status 429/], ['conflict_409', /status 409/],
    ['html', /no answer that can be read/], ['truncated_json', /no answer that can be read/], ['redirect', /no answer/],
  ]
  for (const [name, call] of Object.entries(CALLS)) {
    for (const [fault, reason] of faults) {
      const { server, video } = await livekit(t)
      server.join('room_1', 'str_1', 1)
      server.willMisbehave(fault)
      t.match(await call(video), { kind: 'unknown', reason }, `${name} ${fault}`)
      t.equal(server.requests.length, 1)
    }
  }
})

t.test('LiveKit that says nothing is given up after its time', async (t) => {
  for (const [name, call] of Object.entries(CALLS)) {
    const { server, video } = await livekit(t, { timeoutMs: 200 })
    server.willMisbehave('silent')
    t.match(await call(video), { kind: 'unknown', reason: 'LiveKit did not answer in time' }, name)
  }
})

t.test('a key that LiveKit does not take is refused, in words that name no person and no secret', async (t) => {
  for (const call of Object.values(CALLS)) {
    const { video } = await livekit(t, { apiSecret: 'another secret of LiveKit that is long enough' })
    t.same(await call(video), { kind: 'refused', about: 'access', code: 'unauthenticated' })
  }
})
