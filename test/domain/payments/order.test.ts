import fc from 'fast-check'
import t from 'tap'
import { orderOf, type Order, type StatedOrder } from '#domain/payments/order.js'

const ITEM = { name: 'Scarf', quantity: 2, unitAmount: 5_000 }
const ORDER: Order = { orderId: 'order-1', amount: 10_000, currency: 'TRY', sellerId: 'sela', items: [ITEM] }
const NOTHING: StatedOrder = { orderId: null, amount: null, currency: null, sellerId: null, items: [] }

t.test('without a signed order the request says everything itself', async (t) => {
  t.same(orderOf(ORDER, null), ORDER)
  for (const name of ['orderId', 'amount', 'currency'] as const) t.throws(() => orderOf({ ...ORDER, [name]: null }, null), { code: 'order_token_required' }, name)
})

t.test('what the request leaves out comes from the signed order', async (t) => {
  t.same(orderOf(NOTHING, ORDER), ORDER)
  fc.assert(fc.property(fc.subarray(Object.keys(ORDER) as Array<keyof Order>), (repeated) => {
    t.same(orderOf({ ...NOTHING, ...Object.fromEntries(repeated.map((name) => [name, ORDER[name]])) }, ORDER), ORDER)
  }))
})

t.test('what the request repeats otherwise, or adds, is refused', async (t) => {
  const others: Array<Partial<StatedOrder>> = [
    { orderId: 'order-2' }, { amount: 1 }, { currency: 'EUR' }, { sellerId: 'ada' },
    { items: [ITEM, ITEM] }, { items: [{ ...ITEM, name: 'Hat' }] }, { items: [{ ...ITEM, quantity: 1 }] }, { items: [{ ...ITEM, unitAmount: 1 }] },
  ]
  for (const other of others) {
    t.throws(() => orderOf({ ...ORDER, ...other }, ORDER), { code: 'order_token_mismatch', message: new RegExp(`^${Object.keys(other)[0]} `) }, JSON.stringify(other))
    t.throws(() => orderOf({ ...NOTHING, ...other }, ORDER), { code: 'order_token_mismatch' }, JSON.stringify(other))
  }
  t.throws(() => orderOf({ ...NOTHING, sellerId: 'sela' }, { ...ORDER, sellerId: null }), { code: 'order_token_mismatch' }, 'a seller whom the shop has not named')
  t.throws(() => orderOf({ ...NOTHING, items: [ITEM] }, { ...ORDER, items: [] }), { code: 'order_token_mismatch' }, 'items that the shop has not named')
})
