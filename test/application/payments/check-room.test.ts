import t from 'tap'
import { makeCheckRoom } from '#application/payments/check-room.js'
import { WRITE_CODEC } from '#adapters/durability/writes/journaled-write.js'
import { DomainError, type ErrorCode } from '#domain/errors.js'
import { created } from '#domain/payments/decision.js'
import { aPayment } from '../../support/builders.js'
import { roomNodes } from '../../support/room-nodes.js'
import { success, world } from '../../support/world.js'

async function shop () {
  const { stores, roomId } = await roomNodes()
  return { ...world({ persistence: stores }), stores, roomId }
}

t.test('a new payment names a room that exists, and a product only of its room', async (t) => {
  const { stores, roomId } = await shop()
  const checkRoom = makeCheckRoom(stores)
  t.equal(await checkRoom({}), null)
  t.equal(await checkRoom({ roomId }), null)
  t.match(await checkRoom({ roomId: 'room_none' }), { code: 'room_unknown' })
  t.match(await checkRoom({ roomId, productId: 'p-1' }), { code: 'product_unknown' })
  t.match(await checkRoom({ productId: 'p-1' }), { code: 'product_unknown' })
  const room = await stores.rooms.find(roomId)
  const products = [{ productId: 'p-1', name: 'Atkı', price: { amount: 1, currency: 'TRY' }, imageUrl: null, url: null, soldOut: false }]
  t.equal(await makeCheckRoom({ rooms: { ...stores.rooms, find: async () => room === null ? null : { ...room, products } } })({ roomId, productId: 'p-1' }), null)
})

t.test('while DynamoDB is away a payment is taken as it is, and other errors come out', async (t) => {
  const failing = (code: ErrorCode) => makeCheckRoom({ rooms: { find: async () => { throw new DomainError(code, 'odd') } } as never })
  t.equal(await failing('store_unavailable')({ roomId: 'room_1', productId: 'p-1' }), null)
  await t.rejects(failing('store_busy')({ roomId: 'room_1' }), { code: 'store_busy' })
})

t.test('a refused room charges nothing, and the same key pays once the room is right', async (t) => {
  const w = await shop()
  w.gateway.willCharge(success())
  await t.rejects(w.process({ roomId: 'room_none' }), { code: 'room_unknown' })
  t.equal(w.gateway.charges.length, 0)
  const { payment } = await w.process({ roomId: w.roomId })
  t.match(payment, { status: 'succeeded', roomId: w.roomId, productId: null })
  t.match(await w.process({ roomId: w.roomId }), { replayed: true })
  await t.rejects(w.process({}), { code: 'idempotency_key_reused' })
})

t.test('a payment keeps its room in the journal, and one without a room is stored as before', async (t) => {
  const decision = created(aPayment({ roomId: 'room_1', productId: 'p-1' }))
  t.match(WRITE_CODEC.decode(WRITE_CODEC.encode({ kind: 'intent', decision })), { decision: { payment: { roomId: 'room_1', productId: 'p-1' } } })
  t.notMatch(JSON.stringify(WRITE_CODEC.encode({ kind: 'intent', decision: created(aPayment()) })), /roomId|productId/)
})
