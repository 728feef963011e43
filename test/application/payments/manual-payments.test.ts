import t from 'tap'
import { identity } from '#adapters/system/system.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeListAllPayments } from '#application/payments/read-payments.js'
import { makePaymentStats } from '#application/payments/payment-stats.js'
import { makeReturnPayer } from '#application/payments/return-payer.js'
import { makeSearchOrders } from '#application/payments/search-orders.js'
import { makeAddStreamer } from '#application/streamers/add-streamer.js'
import { anyPayment } from '../../contracts/fixtures.js'
import { admin, countingIdentity } from '../../support/builders.js'
import { dispatcherOf } from '../../support/dispatching.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'
import { world } from '../../support/world.js'

const DAY_MS = 86_400_000

/** A purchase of minutes by bank transfer, with a configured provider of the name `manual` that answers nothing. */
async function bought () {
  const persistence = memoryStores()
  const identity = countingIdentity()
  const gateway = new ScriptedGateway({ provider: 'manual' })
  const w = world({ persistence, identity, gateways: [gateway] })
  const { clock } = w.time
  const { payment } = await makeAddStreamer({ ...persistence, identity, clock })({ email: 'ada@example.com', minutes: 60, amount: 5_000, currency: 'TRY', note: 'Nisan havalesi', key: 'key-1' })
  if (payment === null) throw new Error('a purchase is a payment')
  return { ...w, ...persistence, clock, payment }
}

t.test('a manual payment is counted, listed and found like any other', async (t) => {
  const { payment, clock, ...stores } = await bought()
  await dispatcherOf(stores).run()
  t.match(await makePaymentStats({ ...stores, clock, shopTimeZone: 'UTC' })({ from: null, to: null, timeZone: null, groupBy: 'day' }),
    { parkedEvents: 0, currencies: [{ currency: 'TRY', figures: { pending_count: 0, pending_amount: 0, succeeded_count: 1, succeeded_amount: 5_000 } }] })
  const page = { before: null, limit: 10 }
  const once = { items: [payment], nextKey: null }
  for (const filter of [{}, { provider: 'manual' }, { status: 'succeeded' }, { userId: payment.userId }] as const) {
    t.same(await makeListAllPayments(stores)({ filter: anyPayment(filter), ...page }), once)
  }
  const searchOrders = makeSearchOrders(stores)
  for (const query of ['ada@example.com', 'nisan', payment.paymentId, payment.orderId]) {
    t.same(await searchOrders({ caller: admin, query, status: null, from: null, to: null, ...page }), once, query)
  }
})

t.test('no provider is ever asked about a manual payment', async (t) => {
  const { payment, gateway, time, clock, payments, completePayments, reconcilePayment } = await bought()
  const { paymentId } = payment
  t.same(await reconcilePayment(paymentId), payment)
  t.same(await makeReturnPayer({ payments, gateways: [gateway], identity, clock, localAttempts: memoryStores().attempts })({ paymentId, key: null }), payment)
  time.advance(365 * DAY_MS)
  t.equal(await completePayments(), false)
  t.same(await payments.find(paymentId), payment)
  t.same([gateway.lookups, gateway.charges, gateway.refunds], [[], [], []])
})
