import t from 'tap'
import { actorOf } from '#domain/live/event-actor.js'
import { published } from '#domain/live/published-event.js'
import { roomEventsOf } from '#domain/rooms/room-event.js'
import { canceledRoom, editedRoom, endedRoom, startedRoom } from '#domain/rooms/room.js'
import { at } from '../../contracts/fixtures.js'
import { aRoom } from '../../contracts/feed-store.contract.js'

const by = { kind: 'admin', id: 'boss' } as const

t.test('a caller is a user, an administrator where they act for others, or a key', async (t) => {
  t.same(actorOf({ userId: 'ada', admin: false }), { kind: 'user', id: 'ada' })
  t.same(actorOf({ userId: 'ada', admin: true }), { kind: 'admin', id: 'ada' })
  t.same(actorOf({ userId: null, admin: true }), { kind: 'admin', id: null })
  t.same(actorOf({ userId: null, admin: true, apiKeyId: 'key_1' }), { kind: 'key', id: 'key_1' })
})

t.test('a room tells each status that it reaches, and no other change', async (t) => {
  const room = aRoom()
  const live = startedRoom(room, at(1))
  const ended = endedRoom(live, 'minutes_exhausted', at(3), at(2))
  const told = [[null, room], [room, live], [live, ended], [room, canceledRoom(room, at(4))]] as const
  t.same(told.flatMap(([before, after]) => roomEventsOf(before, after, by)), [
    { eventId: `${at(0)}#room_1#000001.000`, type: 'room.scheduled', occurredAt: at(0), subjectId: 'room_1', by, data: { streamerId: 'str_1', status: 'scheduled', previousStatus: null, endedReason: null } },
    { eventId: `${at(1)}#room_1#000002.000`, type: 'room.live', occurredAt: at(1), subjectId: 'room_1', by, data: { streamerId: 'str_1', status: 'live', previousStatus: 'scheduled', endedReason: null } },
    { eventId: `${at(3)}#room_1#000003.000`, type: 'room.ended', occurredAt: at(3), subjectId: 'room_1', by, data: { streamerId: 'str_1', status: 'ended', previousStatus: 'live', endedReason: 'minutes_exhausted' } },
    { eventId: `${at(4)}#room_1#000002.000`, type: 'room.canceled', occurredAt: at(4), subjectId: 'room_1', by, data: { streamerId: 'str_1', status: 'canceled', previousStatus: 'scheduled', endedReason: null } },
  ])
  t.same(roomEventsOf(room, editedRoom(room, { title: 'Şallar' }, at(1)), by), [])
})

t.test('the log has the event of a room with who brought it about, for no one\'s own events', async (t) => {
  const room = aRoom()
  const [event] = roomEventsOf(room, startedRoom(room, at(1)), by)
  if (event === undefined) throw new Error('there is one')
  t.same(published(event), {
    id: event.eventId, type: 'room.live', schemaVersion: 1, occurredAt: at(1), subjectId: 'room_1', version: 2, audience: [], by, data: { streamerId: 'str_1', status: 'live', previousStatus: 'scheduled', endedReason: null },
  })
  const { by: _, ...earlier } = event
  t.notOk('by' in published(earlier), 'where no one noted it')
})
