import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import type { VideoWebhook } from '#application/ports/video-provider.js'
import { heardMeter } from '#domain/rooms/meter.js'
import { laterBy } from '#domain/time.js'
import { owner, roomNodes, type RoomNodes } from '../../support/room-nodes.js'
import { ScriptedVideo } from '../../support/video.js'

const MINUTE = 60_000

async function watched (video = new ScriptedVideo()) {
  const nodes = await roomNodes()
  const { stores, time, roomId } = nodes
  const node = nodes.node({ video })
  let events = 0
  const chargeAll = async (): Promise<void> => { while (await node.chargeRooms()) { /* more is due */ } }
  await chargeAll()
  // A minute begins just behind its end.
  time.advance(10)
  return {
    ...nodes,
    makeNode: nodes.node,
    node,
    video,
    chargeAll,
    /** The provider says that the streamer came or went. */
    tell: async (isPresent: boolean, { eventId = `EV_${++events}`, identity = 'str_1', about = roomId, by = node }: { eventId?: string, identity?: string | null, about?: string, by?: typeof node } = {}) =>
      await by.handleVideoWebhook({ provider: 'scripted', headers: {}, body: Buffer.from(JSON.stringify({ eventId, type: 'some_event', news: { roomId: about, identity, isPresent } } satisfies VideoWebhook)) }),
    /** Each minute one look, as the job makes it. */
    pass: async (minutes: number): Promise<void> => {
      for (let minute = 0; minute < minutes; minute++) {
        time.advance(MINUTE)
        await chargeAll()
      }
    },
    left: async () => ({ room: await stores.rooms.find(roomId), meter: await stores.rooms.findMeter(roomId) }),
  }
}

const spent = async ({ stores }: Pick<RoomNodes, 'stores'>): Promise<number | undefined> => (await stores.streamers.find('str_1'))?.minutesUsed

t.test('a streamer who is away for five minutes ends the room at that moment, and pays for no minute behind it', async (t) => {
  const world = await watched()
  const { video, tell, pass, left, time, roomId } = world
  await pass(1)
  time.advance(30_000)
  const goneAt = time.clock()
  t.equal(await tell(false), 'applied')
  t.match(await left(), { meter: { absentSince: goneAt } })
  await pass(4)
  t.match(await left(), { room: { status: 'live' } })
  t.same(video.calls, [], 'no one is asked before')
  await pass(2)
  t.same(video.calls, [`isPublishing ${roomId} str_1`, `end ${roomId}`])
  t.match(await left(), { room: { status: 'ended', endedReason: 'streamer_absent', endedAt: laterBy(goneAt, 5 * MINUTE) }, meter: { dueAt: null } })
  t.equal(await spent(world), 7)
  await pass(2)
  t.equal(await spent(world), 7)
  t.equal(video.calls.length, 2, 'nothing is asked of a room that is over')
})

t.test('a room of which nothing was heard costs no question to the provider', async (t) => {
  const { video, pass, left } = await watched()
  await pass(8)
  t.match(await left(), { room: { status: 'live' } })
  t.same(video.calls, [])
})

t.test('a streamer who publishes again keeps the room, and is not asked about any more', async (t) => {
  const { video, tell, pass, left } = await watched()
  video.publishing = { kind: 'known', isPublishing: true }
  await tell(false)
  await pass(8)
  t.equal(video.calls.length, 1)
  t.match(await left(), { room: { status: 'live' }, meter: { chargedMinutes: 9 } })
  t.notOk('absentSince' in ((await left()).meter ?? {}))
})

t.test('what the provider does not say is asked again with the next minute, and never guessed', async (t) => {
  const { video, tell, pass, left, time } = await watched()
  video.publishing = { kind: 'unknown', reason: 'no answer' }
  const goneAt = time.clock()
  await tell(false)
  await pass(7)
  t.equal(video.calls.length, 3)
  t.match(await left(), { room: { status: 'live' }, meter: { chargedMinutes: 8 } })
  video.publishing = { kind: 'known', isPublishing: false }
  await pass(1)
  const { room } = await left()
  t.match(room, { status: 'ended', endedReason: 'streamer_absent' })
  t.ok(String(room?.endedAt) > laterBy(goneAt, 6 * MINUTE), 'not before what is charged')
})

t.test('words that come doubled, late or out of order end a room the same way', async (t) => {
  const orders: ReadonlyArray<ReadonlyArray<readonly [word: boolean, eventId: string]>> = [
    [[true, 'EV_in'], [false, 'EV_out']],
    [[false, 'EV_out'], [true, 'EV_in']],
    [[false, 'EV_out'], [true, 'EV_in'], [false, 'EV_out'], [true, 'EV_in']],
    [[true, 'EV_in'], [false, 'EV_out'], [false, 'EV_out']],
  ]
  for (const isThere of [true, false]) {
    for (const order of orders) {
      const { video, tell, pass, left, time } = await watched()
      video.publishing = { kind: 'known', isPublishing: isThere }
      const heardAt = time.clock()
      for (const [isPresent, eventId] of order) await tell(isPresent, { eventId })
      await pass(7)
      const { room } = await left()
      t.match(room, isThere ? { status: 'live' } : { status: 'ended', endedReason: 'streamer_absent', endedAt: laterBy(heardAt, 5 * MINUTE) }, JSON.stringify(order))
    }
  }
})

t.test('a streamer who comes and goes has five minutes each time', async (t) => {
  const { video, tell, pass, left } = await watched()
  await tell(false)
  await pass(3)
  await tell(true)
  await pass(2)
  t.match(await left(), { room: { status: 'live' } })
  await tell(false)
  await pass(4)
  t.match(await left(), { room: { status: 'live' } })
  t.same(video.calls, [])
  await pass(1)
  t.match(await left(), { room: { endedReason: 'streamer_absent' } })
})

t.test('what is heard while the provider is asked, or while a minute is charged, stays', async (t) => {
  const { video, tell, pass, left } = await watched()
  video.publishing = { kind: 'known', isPublishing: true }
  await tell(false)
  await pass(4)
  video.meanwhile = async () => { await tell(false) }
  await pass(2)
  const { meter } = await left()
  t.ok(meter?.absentSince, 'the later word is not lost')
  t.equal(video.calls.length, 1)
})

t.test('an event of a viewer, of a room that is not live, and one that says nothing new are not stored', async (t) => {
  const { tell, node, stores, roomId, video } = await watched()
  t.equal(await tell(true), 'ignored', 'a streamer who was never away')
  t.equal(await tell(false, { identity: 'bora' }), 'ignored')
  t.equal(await tell(false, { about: 'room_none' }), 'ignored')
  t.equal(await node.handleVideoWebhook({ provider: 'scripted', headers: {}, body: Buffer.from(JSON.stringify({ eventId: 'EV_x', type: 'participant_joined', news: null })) }), 'ignored')
  t.same((await stores.webhookEvents.list({ state: null, provider: null }, { before: null, limit: 10 })).items, [])
  t.notOk('absentSince' in (await stores.rooms.findMeter(roomId) ?? {}))
  t.same(video.calls, [])
})

t.test('an event is stored once, with its room, and the end of everyone is that of the streamer', async (t) => {
  const { tell, stores, roomId, time, node, chargeAll } = await watched()
  t.equal(await tell(false, { eventId: 'EV_7', identity: null }), 'applied')
  const heard = await stores.rooms.findMeter(roomId)
  time.advance(1000)
  t.equal(await tell(false, { eventId: 'EV_7', identity: null }), 'duplicate')
  t.same(await stores.rooms.findMeter(roomId), heard)
  t.match(await stores.webhookEvents.find('room:scripted#EV_7'), { subject: 'room', subjectId: roomId, provider: 'scripted', type: 'some_event', state: 'applied', paymentId: null, dueAt: null })
  await node.endRoom({ caller: owner, roomId })
  time.advance(MINUTE)
  await chargeAll()
  t.equal(await tell(false), 'ignored', 'the room is over')
})

t.test('two deliveries of one event at the same moment are one', async (t) => {
  const { tell } = await watched()
  t.same((await Promise.all([tell(false, { eventId: 'EV_1' }), tell(false, { eventId: 'EV_1' })])).sort(), ['applied', 'duplicate'])
})

t.test('an event that meets a charge is noted on the meter behind it, and is sent again where charges always come first', async (t) => {
  for (const [races, result] of [[3, 'applied'], [1000, 'store_busy']] as const) {
    const { stores, makeNode, roomId, tell, video } = await watched()
    let left: number = races
    const rooms = withMethods(stores.rooms, {
      moveMeter: async (before, after) => {
        if (left-- > 0) await stores.rooms.moveMeter(before, { ...before, dueAt: laterBy(String(before.dueAt), 1) })
        return await stores.rooms.moveMeter(before, after)
      },
    })
    const by = makeNode({ video, seen: { rooms, streamers: stores.streamers } })
    const answer = await tell(false, { by }).catch((error: unknown) => (error as { code: string }).code)
    t.equal(answer, result)
    t.equal('absentSince' in (await stores.rooms.findMeter(roomId) ?? {}), result === 'applied')
  }
})

t.test('an event of a provider that is not configured is refused', async (t) => {
  const { node, first } = await watched()
  for (const one of [node, first]) await t.rejects(one.handleVideoWebhook({ provider: 'livekit', headers: {}, body: Buffer.from('{}') }), { code: 'unknown_provider' })
})

t.test('a ban removes the person from the video too, and each repeat does so again', async (t) => {
  const { node, video, roomId } = await watched()
  const sanction = async (kind: 'ban' | 'mute', isOn: boolean) => { await node.setSanction({ caller: owner, roomId, userId: 'bora', kind, isOn, minutes: null, reason: null }) }
  video.done = { kind: 'unknown', reason: 'no answer' }
  await sanction('mute', true)
  t.same(video.calls, [])
  await sanction('ban', true)
  await sanction('ban', true)
  await sanction('ban', false)
  t.same(video.calls, [`remove ${roomId} bora`, `remove ${roomId} bora`])
  await t.rejects(node.setSanction({ caller: { userId: 'bora', admin: false }, roomId, userId: 'ceren', kind: 'ban', isOn: true, minutes: null, reason: null }), { code: 'forbidden' })
  t.equal(video.calls.length, 2, 'a ban that is refused removes no one')
})

t.test('the end of a room ends its video too, by request and without minutes', async (t) => {
  const first = await watched()
  await first.node.endRoom({ caller: owner, roomId: first.roomId })
  await first.node.endRoom({ caller: owner, roomId: first.roomId })
  t.same(first.video.calls, [`end ${first.roomId}`, `end ${first.roomId}`])
  const other = await watched()
  await other.pass(11)
  t.match(await other.left(), { room: { endedReason: 'minutes_exhausted' } })
  t.same(other.video.calls, [`end ${other.roomId}`])
})

t.test('a service that lost its provider asks no one about what it heard before', async (t) => {
  const { stores, roomId, time, first, left } = await watched()
  const meter = await stores.rooms.findMeter(roomId)
  if (meter === null) throw new Error('the room is live')
  await stores.rooms.moveMeter(meter, heardMeter(meter, false, time.clock()))
  time.advance(8 * MINUTE)
  while (await first.chargeRooms()) { /* more is due */ }
  t.match(await left(), { room: { status: 'live' }, meter: { chargedMinutes: 9 } })
})
