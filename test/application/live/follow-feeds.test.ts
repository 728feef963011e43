import t from 'tap'
import { makeFollowChannel, makeFollowRoom } from '#application/live/follow-feeds.js'
import { makeLoadDetails } from '#application/live/load-details.js'
import type { OpenChannel } from '#application/channels/open-channels.js'
import type { OpenRoom } from '#application/rooms/open-rooms.js'
import type { LoggedEvent } from '#application/ports/event-log.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { ChannelState } from '#domain/channels/channel-state.js'
import { RoomState } from '#domain/rooms/room-state.js'
import { at, message, payment } from '../../contracts/fixtures.js'
import { aShipment } from '../../support/shipments.js'

const ayse = { userId: 'ayse', admin: false }

t.test('whether a person may follow a room is decided by a state that is no older than what is known', async (t) => {
  const state = new RoomState()
  state.page = 3
  let reads = 0
  const catchUp = async (): Promise<void> => {
    reads++
    state.apply({ feedId: 'room#1', page: 4, entries: [{ type: 'sanction', at: at(0), userId: 'ayse', kind: 'ban', isOn: true, until: at(60), reason: null, by: null }], writer: 'w', writtenAt: at(0) })
  }
  const follow = makeFollowRoom({ openRoom: (async () => ({ state, catchUp })) as unknown as OpenRoom, clock: () => at(1) })
  t.equal(await follow({ caller: ayse, id: '1', page: 0 }), 3)
  t.equal(await follow({ caller: ayse, id: '1', page: 3 }), 3)
  t.equal(await follow({ caller: null, id: '1', page: 4 }), 4, 'guests are not banned')
  t.equal(await follow({ caller: { userId: null, admin: true }, id: '1', page: 0 }), 3)
  t.equal(reads, 0)
  await t.rejects(follow({ caller: ayse, id: '1', page: 4 }), { code: 'banned', retryAfterS: 59 })
  t.equal(reads, 1)
})

t.test('a channel is followed by those who see it, and not by those whom it bans', async (t) => {
  const state = new ChannelState()
  let reads = 0
  const catchUp = async (): Promise<void> => {
    reads++
    state.channel = { ...state.channel, isDeleted: false, kind: 'public' }
    state.page = 2
  }
  const follow = makeFollowChannel({ openChannel: (async () => ({ state, catchUp })) as unknown as OpenChannel })
  await t.rejects(follow({ caller: ayse, id: '1', page: 0 }), { code: 'not_found' })
  t.equal(await follow({ caller: ayse, id: '1', page: 2 }), 2)
  t.equal(await follow({ caller: null, id: '1', page: 2 }), 2)
  t.equal(reads, 1)
  state.standings.set('ayse', { role: 'banned', since: at(0) })
  await t.rejects(follow({ caller: ayse, id: '1', page: 2 }), { code: 'banned' })
})

t.test('events are shown with what they are about, each thing read once, and null where it is gone', async (t) => {
  const stores = memoryStores()
  await stores.messages.insert(message('m1'))
  await stores.payments.insert(payment('pay_1'))
  const asked: string[] = []
  const load = makeLoadDetails({
    messages: { ...stores.messages, find: async (id) => { asked.push(id); return await stores.messages.find(id) } },
    payments: { ...stores.payments, findMany: async (ids) => { asked.push(...ids); return await stores.payments.findMany(ids) } },
    shipments: { ...stores.shipments, findMany: async (ids) => { asked.push(...ids); return ids.includes('ship_1') ? [aShipment({ shipmentId: 'ship_1' })] : [] } },
  })
  const event = (id: string, type: string, subjectId: string): LoggedEvent => ({ id, type, subjectId, partition: 0, offset: 1, schemaVersion: 1, occurredAt: at(0), version: null, audience: [], data: {} })
  const found = await load([event('1', 'message.sent', 'm1'), event('2', 'message.sent', 'm1'), event('3', 'message.sent', 'm2'), event('4', 'conversation.read', 'm1'), event('5', 'payment.created', 'pay_1'), event('6', 'refund.failed', 'pay_2'), event('7', 'shipment.created', 'ship_1'), event('8', 'shipment.lost', 'ship_2')])
  t.match([...found], [
    ['1', { kind: 'message', message: { messageId: 'm1' } }], ['2', { kind: 'message', message: { messageId: 'm1' } }], ['3', { kind: 'message', message: null }],
    ['4', { kind: 'read' }], ['5', { kind: 'payment', payment: { paymentId: 'pay_1' } }], ['6', { kind: 'payment', payment: null }],
    ['7', { kind: 'shipment', shipment: { shipmentId: 'ship_1' } }], ['8', { kind: 'shipment', shipment: null }],
  ])
  t.same(asked.toSorted(), ['m1', 'm2', 'pay_1', 'pay_2', 'ship_1', 'ship_2'])
  asked.length = 0
  await load([event('4', 'conversation.read', 'm1')])
  t.same(asked, [])
})
