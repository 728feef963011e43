import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makePublish } from '#application/outbox/effects/publish.js'
import { DAY_MS } from '#domain/time.js'
import { BY_SERVICE } from '#domain/live/event-actor.js'
import { feedIdOf, roomChanged } from '#domain/rooms/room-entry.js'
import { roomEventsOf } from '#domain/rooms/room-event.js'
import { startedRoom } from '#domain/rooms/room.js'
import { at, noted, payment } from '../../../contracts/fixtures.js'
import { dispatcherOf } from '../../../support/dispatching.js'
import { aRoom } from '../../../contracts/feed-store.contract.js'
import { moderator, stranger, streamer, viewer, withRoom } from '../../../support/rooms.js'
import { adminToken, adminUser, as, key, startService, WEBHOOK_SECRET, type Headers } from '../../../support/service.js'
import { signedWebhook, webhookBody } from '../../../support/signed-webhook.js'

const [ayse, mehmet, ceren] = [as('ayse'), as('mehmet'), as('ceren')]
const LABEL = { service: 'sim_ok', parcels: [{ lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }] }
const PARTY = { contactName: 'Cem Kaya', phone: '0532 123 45 67', line1: 'Gül Sokak 7', district: 'Kadikoy', city: 'istanbul', country: 'TR' }
const publish = [makePublish({ keptMs: DAY_MS })]

t.test('the people of a payment and of its shipment read what has happened, oldest first and page by page', async (t) => {
  const openedStores = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores } })
  const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...ayse, ...key('pay') }, { amount: 12_500, currency: 'TRY', orderId: 'order', sellerId: 'mehmet', paymentMethod: { token: 'tok_ok' } })
  const { body: { shipmentId } } = await call('POST', `/api/payments/${paymentId}/shipments`, { ...mehmet, ...key('ship') }, { ...LABEL, recipient: PARTY, sender: PARTY })
  const history = `/api/payments/${paymentId}/history`
  t.same((await call('GET', history, ayse)).body, { items: [], nextCursor: null, since: null }, 'nothing has taken effect yet')
  await dispatcherOf(openedStores, { effects: publish }).run()

  for (const caller of [ayse, mehmet, adminUser]) {
    const { status, body: { items, since } } = await call('GET', history, caller)
    t.same([status, since, items.map(({ type, version, status, previousStatus }) => [type, version, status, previousStatus])], [200, null, [['payment.created', 1, 'pending', null], ['payment.succeeded', 2, 'succeeded', 'pending']]])
    t.same(Object.keys(items[0] ?? {}).sort(), ['amount', ...(caller === adminUser ? ['by'] : []), 'currency', 'id', 'occurredAt', 'previousStatus', 'refundId', 'status', 'type', 'version'], 'payer and seller read of no person')
  }
  const first = await call('GET', `${history}?limit=1`, ayse)
  const second = await call('GET', `${history}?limit=1&cursor=${first.body.nextCursor}`, ayse)
  t.same([...first.body.items, ...second.body.items].map(({ type }) => type), ['payment.created', 'payment.succeeded'])
  t.match(second.body, { nextCursor: null, since: null })
  t.match((await call('GET', `/api/shipments/${String(shipmentId)}/history`, ayse)).body, { items: [{ type: 'shipment.created', status: 'created', previousStatus: 'pending', direction: 'outbound', carrier: 'simulator' }], nextCursor: null })
  for (const path of [history, `/api/shipments/${String(shipmentId)}/history`]) t.match(await call('GET', path, ceren), { status: 404, body: { code: 'not_found' } })
  t.match(await call('GET', `/api/shipments/${String(shipmentId)}/history?cursor=${first.body.nextCursor}`, ayse), { status: 400, body: { code: 'invalid_cursor' } })
})

t.test('the history of a payment that is older than the log says since when it is kept', async (t) => {
  const openedStores = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores } })
  const { payment: old, events: [created] } = payment('pay_old')
  await openedStores.payments.insert({ payment: old, events: [] })
  if (created !== undefined) await openedStores.payments.update('pay_old', (before) => ({ payment: { ...before, version: 2 }, events: [{ ...created, type: 'payment.flagged', eventId: `${created.occurredAt}#pay_old#000002.000` }] }))
  await dispatcherOf(openedStores, { effects: publish }).run()
  t.match((await call('GET', '/api/payments/pay_old/history', ayse)).body, { items: [{ type: 'payment.flagged', version: 2 }], since: created?.occurredAt })
})

t.test('those who moderate a room read which statuses it has had; administrators see who brought them about', async (t) => {
  const openedStores = memoryStores()
  const { inRoom } = await withRoom(await startService(t, { replacements: { openedStores } }))
  await inRoom('PATCH', '', streamer, { version: 2, title: 'Şallar' })
  await inRoom('POST', '/end', adminUser)
  t.same((await inRoom('GET', '/history', streamer)).body, { items: [], nextCursor: null, since: null }, 'nothing has taken effect yet')
  await dispatcherOf(openedStores, { effects: publish }).run()
  for (const caller of [streamer, moderator]) {
    const { body: { items, since } } = await inRoom('GET', '/history', caller)
    t.same([since, items.map(({ type, status, previousStatus, endedReason }) => [type, status, previousStatus, endedReason])], [null, [
      ['room.scheduled', 'scheduled', null, null], ['room.live', 'live', 'scheduled', null], ['room.ended', 'ended', 'live', 'moderator'],
    ]])
    t.same(Object.keys(items[0] ?? {}).sort(), ['endedReason', 'id', 'occurredAt', 'previousStatus', 'status', 'type', 'version'], 'no person is named')
  }
  const { body } = await inRoom('GET', '/history', adminUser)
  t.match(body.items.map((item) => item['by']), [{ kind: 'user', id: 'ada' }, { kind: 'user', id: 'ada' }, { kind: 'admin', id: 'yonetici' }])
  const first = await inRoom('GET', '/history?limit=1', streamer)
  t.match((await inRoom('GET', `/history?limit=5&cursor=${first.body.nextCursor}`, streamer)).body, { items: [{ type: 'room.live' }, { type: 'room.ended' }], nextCursor: null, since: null })
  for (const caller of [viewer, stranger]) t.match(await inRoom('GET', '/history', caller), { status: 403 })
  t.match(await inRoom('GET', '/history', {}), { status: 401 })
})

t.test('the history of a room that is older than its events says since when it is kept', async (t) => {
  const openedStores = memoryStores()
  const room = aRoom()
  const live = startedRoom(room, at(1))
  const page = { feedId: feedIdOf('room_1'), writtenAt: at(0) }
  await openedStores.feeds.append({ ...page, page: 1, entries: [roomChanged(room, at(0))], writer: 'wrt_1' }, { room })
  await openedStores.feeds.append({ ...page, page: 2, entries: [roomChanged(live, at(1))], writer: 'wrt_2' }, { room: live, events: roomEventsOf(room, live, BY_SERVICE) })
  await dispatcherOf(openedStores, { effects: publish }).run()
  const { call } = await startService(t, { replacements: { openedStores } })
  t.match((await call('GET', '/api/rooms/room_1/history', adminUser)).body, { items: [{ type: 'room.live', by: { kind: 'service', id: null } }], since: at(1) })
  t.match(await call('GET', '/api/rooms/room_none/history', adminUser), { status: 404 })
})

t.test('the history of a payment names who acted, to administrators alone', async (t) => {
  const openedStores = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores } })
  const made = await call('POST', '/api/payments/process', { ...ayse, ...key('pay') }, { amount: 12_500, currency: 'TRY', orderId: 'order', sellerId: 'mehmet', paymentMethod: { token: 'tok_ok' } })
  const { paymentId } = made.body
  const { body: { key: apiKey, keyId } } = await call('POST', '/api/admin/api-keys', adminToken, { name: 'returns', scopes: ['refund'], expiresInDays: 1 })
  const refund = async (caller: Headers, name: string) => await call('POST', `/api/payments/${paymentId}/refund`, { ...caller, ...key(name) }, { amount: 100 })
  await refund(mehmet, 'r-1')
  await refund(adminUser, 'r-2')
  await refund(adminToken, 'r-3')
  await refund({ authorization: `Bearer ${String(apiKey)}` }, 'r-4')
  const body = webhookBody('dispute.opened', { paymentId, disputeId: 'dp_1', reference: 'sim_1', amount: 100, currency: 'TRY' })
  await call('POST', '/api/payments/webhook', signedWebhook(body, { secret: WEBHOOK_SECRET, id: 'evt_1' }), undefined, body)
  await openedStores.payments.update(paymentId, noted('x'))
  await dispatcherOf(openedStores, { effects: publish }).run()
  const history = `/api/payments/${paymentId}/history`
  const { body: { items } } = await call('GET', history, adminUser)
  const actors = [...new Set(items.map(({ type, ...item }) => `${type} ${JSON.stringify(item['by'] ?? null)}`))]
  t.same(actors, [
    'payment.created {"kind":"user","id":"ayse"}', 'payment.succeeded {"kind":"user","id":"ayse"}',
    ...['{"kind":"user","id":"mehmet"}', '{"kind":"admin","id":"yonetici"}', '{"kind":"admin","id":null}', `{"kind":"key","id":"${String(keyId)}"}`].flatMap((by) => [`refund.requested ${by}`, `refund.succeeded ${by}`]),
    'dispute.opened {"kind":"provider","id":null}', 'payment.flagged {"kind":"provider","id":null}', 'payment.processing null',
  ])
  t.match(items.find(({ type }) => type === 'payment.processing'), { by: undefined }, 'what another version stored names no one')
  for (const caller of [ayse, mehmet]) t.notOk((await call('GET', history, caller)).body.items.some((item) => 'by' in item))
})
