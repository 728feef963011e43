import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { clock } from '#adapters/system/system.js'
import { dispatcherOf } from '../../../support/dispatching.js'
import { moderator, streamer, viewer, withRoom, type RoomBody } from '../../../support/rooms.js'
import { adminToken, key, startService } from '../../../support/service.js'

const PRODUCT = { productId: 'p-1', name: 'Atkı', price: { amount: 25_000, currency: 'TRY' } }
const ORDER = { amount: 50_000, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_ok' }, items: [{ name: 'Atkı', quantity: 2, unitAmount: 25_000 }] }

async function shop (t: Parameters<typeof startService>[0]) {
  const stores = memoryStores()
  const room = await withRoom(await startService(t, { replacements: { openedStores: stores } }), { body: { products: [PRODUCT] } })
  const pay = async (body: object, paymentKey = 'k-1') => await room.call('POST', '/api/payments/process', { ...viewer, ...key(paymentKey) }, { ...ORDER, ...body })
  return { ...room, stores, pay }
}

t.test('a payment names its room and product, which are shown, listed and exported', async (t) => {
  const { call, roomId, pay } = await shop(t)
  t.match(await pay({ roomId: 'none' }), { status: 422, body: { code: 'room_unknown' } })
  t.match(await pay({ roomId, productId: 'p-2' }), { status: 422, body: { code: 'product_unknown' } })
  t.match(await pay({ productId: 'p-1' }), { status: 422, body: { code: 'product_unknown' } })
  const paid = await pay({ roomId, productId: 'p-1' })
  t.match(paid, { status: 201, body: { status: 'succeeded', roomId, productId: 'p-1' } })
  t.match(await pay({}, 'k-2'), { status: 409 })
  t.match(await pay({ orderId: 'order-2' }, 'k-2'), { status: 201, body: { roomId: null, productId: null } })
  t.match((await call('GET', '/api/admin/payments?limit=5', adminToken)).body.items, [{ roomId: null }, { roomId, productId: 'p-1' }])
  const { text } = await call('GET', '/api/admin/export?type=payments&format=csv', adminToken)
  const [header = '', , row = ''] = text.split('\r\n')
  t.match(header, /,description,roomId,productId,fulfillment$/)
  t.ok([header, row, text].join().includes(`,${roomId},p-1`))
})

t.test('a room that has ended takes orders too', async (t) => {
  const { roomId, pay, inRoom } = await shop(t)
  await inRoom('POST', '/end', streamer)
  t.match(await pay({ roomId }), { status: 201 })
})

t.test('an order counts in the statistics of the room, which are for the owner', async (t) => {
  const { call, stores, roomId, pay, inRoom } = await shop(t)
  t.match((await inRoom('GET', '', {})).body, { settings: { announceOrders: 'anonymous' } })
  const paid = await pay({ roomId, productId: 'p-1' })
  await call('POST', `/api/payments/${paid.body.paymentId}/refund`, { ...adminToken, ...key('r-1') }, { amount: 10_000 })
  await dispatcherOf(stores, { clock }).run()
  t.match(await inRoom('GET', '/stats', streamer), {
    status: 200, body: {
      roomId,
      orders: 1,
      units: 2,
      revenue: [{ currency: 'TRY', productId: 'p-1', orders: 1, units: 2, amount: 40_000 }],
      refunded: [{ currency: 'TRY', productId: 'p-1', refunds: 1, amount: 10_000 }],
      complete: false,
    }
  })
  t.match(await inRoom('GET', '/stats', adminToken), { status: 200 })
  for (const who of [viewer, moderator]) t.match(await inRoom('GET', '/stats', who), { status: 403 })
  t.match(await inRoom('GET', '/stats', {}), { status: 401 })
  t.match(await call('GET', '/api/rooms/none/stats', streamer), { status: 404 })
})

t.test('the service announces an order in the chat, without its payer, before its event ends, and the export has it', async (t) => {
  const { url, ...service } = await startService(t, { listen: true, env: { RECONCILE_PER_MINUTE: '0' } })
  const { roomId, inRoom, call } = await withRoom({ url, ...service })
  await inRoom('PATCH', '', streamer, { version: 2, settings: { announceOrders: 'off' } })
  const other = (await call('POST', '/api/rooms', { ...streamer, ...key('other') }, { title: 'Sonra' })).body as RoomBody
  await inRoom('PATCH', '', streamer, { version: 3, settings: { announceOrders: 'anonymous' } })
  for (const one of [other.roomId, roomId]) await call('POST', '/api/payments/process', { ...viewer, ...key(one) }, { ...ORDER, orderId: one, roomId: one })
  let items: unknown[] = []
  while (items.length === 0) {
    await setImmediate()
    items = [...(await inRoom('GET', '/messages', {})).body.items]
  }
  const exported = (await call('GET', `/api/rooms/${roomId}/export?format=csv`, streamer)).text.split('\r\n')
  t.match(exported[1], /,order,.*,false,,,2$/, 'of no product, two things')
  t.match(items, [{ kind: 'order', senderId: null, role: null, text: null, hidden: false, order: { productId: null, units: 2 } }])
  t.notMatch(JSON.stringify(items), 'bora')
})
