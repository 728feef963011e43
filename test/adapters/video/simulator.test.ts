import t from 'tap'
import { makeSimulatedVideo } from '#adapters/video/simulator.js'
import { videoProviderContract } from '../../contracts/video-provider.contract.js'
import { videoEvent, videoSignature, VIDEO_KEY, VIDEO_SECRET } from '../../support/video.js'

const settings = { url: 'ws://127.0.0.1:7880', apiKey: VIDEO_KEY, apiSecret: VIDEO_SECRET }

function simulated () {
  const video = makeSimulatedVideo(settings)
  const tell = async (event: string, roomId: string, identity?: string): Promise<void> => {
    const body = videoEvent({ event, roomId, ...(identity !== undefined && { identity }) })
    await video.verifyWebhook({ headers: videoSignature(body), body: Buffer.from(body), now: new Date().toISOString() })
  }
  const isPublishing = async (roomId: string, identity: string) => (await video.isPublishing(roomId, identity) as { isPublishing: boolean }).isPublishing
  return { video, tell, isPublishing }
}

videoProviderContract(t, async () => {
  const { video, tell } = simulated()
  return { video, publish: async (roomId, identity) => { await tell('track_published', roomId, identity) } }
})

t.test('the simulator knows who publishes by its webhooks', async (t) => {
  const { tell, isPublishing } = simulated()
  await tell('track_unpublished', 'room_1', 'str_1')
  await tell('track_published', 'room_1', 'str_1')
  await tell('participant_left', 'room_1', 'bora')
  await tell('participant_joined', 'room_1', 'bora')
  t.equal(await isPublishing('room_1', 'str_1'), true)
  await tell('track_unpublished', 'room_1', 'str_1')
  t.equal(await isPublishing('room_1', 'str_1'), false)
  await tell('track_published', 'room_1', 'str_1')
  await tell('room_finished', 'room_1')
  t.equal(await isPublishing('room_1', 'str_1'), false)
})

t.test('the simulator forgets the room that was told of longest ago, and no other', async (t) => {
  const { tell, isPublishing } = simulated()
  await tell('track_published', 'room_0', 'str_1')
  await tell('track_published', 'room_1', 'str_1')
  await tell('track_published', 'room_0', 'str_2')
  for (let room = 2; room <= 1000; room++) await tell('track_published', `room_${room}`, 'str_1')
  t.equal(await isPublishing('room_1', 'str_1'), false)
  for (const roomId of ['room_0', 'room_2', 'room_1000']) t.equal(await isPublishing(roomId, 'str_1'), true, roomId)
})
