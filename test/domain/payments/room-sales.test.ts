import fc from 'fast-check'
import t from 'tap'
import { paymentEvents, type PaymentEvent } from '#domain/payments/decision.js'
import { added, type Figures } from '#domain/payments/payment-stats.js'
import type { Payment } from '#domain/payments/payment.js'
import { roomSale } from '#domain/payments/room-sales.js'
import { aCapturedPayment, aPayment, aRefund } from '../../support/builders.js'
import { histories, must, walk } from './histories.js'

const IN_ROOM = { roomId: 'room_1', productId: 'p-1', items: [{ name: 'Atkı', quantity: 2, unitAmount: 4_000 }, { name: 'Bere', quantity: 1, unitAmount: 2_000 }] } as const
const sold = (overrides: Partial<Payment> = {}) => aCapturedPayment({ ...IN_ROOM, ...overrides })
const salesIn = (events: readonly PaymentEvent[]) => events.map(({ data }) => data.sale)

t.test('a payment is an order of its room once its money is captured', async (t) => {
  t.same(salesIn(paymentEvents(null, aPayment(IN_ROOM), [{ type: 'payment.created' }])), [undefined])
  t.same(salesIn(paymentEvents(aPayment(IN_ROOM), sold(), [{ type: 'payment.succeeded' }, { type: 'payment.flagged' }])), [
    { roomId: 'room_1', productId: 'p-1', add: { orders_count: 1, units_count: 3, sold_amount: 10_000 } }, undefined,
  ])
  t.match(roomSale(null, sold({ items: [], productId: null })), { productId: null, add: { units_count: 1 } }, 'as of a payment that is stored with its outcome')
  t.same(salesIn(paymentEvents(aPayment(), aCapturedPayment(), [{ type: 'payment.succeeded' }])), [undefined], 'without a room there is no sale')
})

t.test('refunds are counted beside what was sold, and a dispute takes what they have left', async (t) => {
  const refunds = [aRefund({ status: 'succeeded', amount: 4_000 })]
  const partly = sold({ status: 'partially_refunded', refundedAmount: 4_000, refunds })
  const disputed = sold({ ...partly, status: 'disputed' })
  t.match(roomSale(sold(), partly), { add: { refunds_count: 1, refunds_amount: 4_000 } })
  t.same(roomSale(partly, disputed)?.add, { disputed_amount: 6_000 })
  t.same(roomSale(disputed, partly)?.add, { disputed_amount: -6_000 }, 'the dispute is won')
  t.same(roomSale(partly, partly), null)
})

t.test('whatever happens to a payment, its events add up to its sale as it stands', async () => {
  fc.assert(fc.property(histories, ([start, history]) => {
    const first = { ...start, ...IN_ROOM }
    let sum: Figures = roomSale(null, first)?.add ?? {}
    const last = walk(first, history, (_before, { events }) => { for (const { data } of events) sum = added(sum, data.sale?.add ?? {}) })
    const wanted = roomSale(null, last)?.add ?? {}
    const names = new Set([...Object.keys(sum), ...Object.keys(wanted)])
    for (const name of names) must((sum[name] ?? 0) === (wanted[name] ?? 0), `${name}: ${sum[name]} is not ${wanted[name]}`)
  }), { numRuns: 500, seed: 1 })
})
