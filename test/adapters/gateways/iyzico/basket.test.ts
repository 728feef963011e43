import fc from 'fast-check'
import t from 'tap'
import { basketItems, spread } from '#adapters/gateways/iyzico/basket.js'
import { newPayment } from '#domain/payments/new-payment.js'
import { parseMoney } from '#domain/money.js'
import { aPaymentRequest, START } from '../../../support/builders.js'
import { anIyzicoPayment } from './support.js'

interface Line { readonly id: string, readonly name: string, readonly price: string }
const linesOf = (payment = anIyzicoPayment()) => basketItems(payment) as Line[]

t.test('discount and tax are spread over the items, and shipping is a line of its own', async (t) => {
  const items = [{ name: 'Scarf', quantity: 3, unitAmount: 2_000 }, { name: 'Pin', quantity: 1, unitAmount: 4_000 }]
  const sums = { items, discountAmount: 1_000, shippingAmount: 500, taxAmount: 1, amount: 9_501 }
  t.match(linesOf(anIyzicoPayment(sums)), [
    { id: '1', name: '3 × Scarf', price: '54.00' }, { id: '2', name: 'Pin', price: '36.01' }, { id: 'shipping', name: 'Shipping', price: '5.00' },
  ])
  t.match(linesOf(anIyzicoPayment({ items, amount: 10_000 })), [{ price: '60.00' }, { price: '40.00' }])
  t.match(linesOf(anIyzicoPayment({ amount: 10_000 })), [{ id: 'order-1', price: '100.00' }])
})

t.test('an item of which the discount leaves nothing has no line', async (t) => {
  const items = [{ name: 'Pin', quantity: 1, unitAmount: 1 }, { name: 'Scarf', quantity: 1, unitAmount: 9_999 }]
  t.same(linesOf(anIyzicoPayment({ items, discountAmount: 9_000, amount: 1_000 })).map(({ name, price }) => [name, price]), [['Scarf', '10.00']])
  t.same(linesOf(anIyzicoPayment({ items, discountAmount: 10_000, shippingAmount: 500, amount: 500 })).map(({ id }) => id), ['shipping'])
})

const orders = fc.record({
  items: fc.array(fc.record({ name: fc.constant('Scarf'), quantity: fc.integer({ min: 1, max: 10_000 }), unitAmount: fc.integer({ min: 1, max: 100_000 }) }), { minLength: 1, maxLength: 100 }),
  discount: fc.double({ min: 0, max: 1, noNaN: true }),
  shippingAmount: fc.integer({ min: 0, max: 10_000 }),
  taxAmount: fc.integer({ min: 0, max: 1_000_000 }),
})

t.test('whatever stands beside the items, the lines add up to the amount, none is zero or below, and none differs from its share by a whole unit', async () => {
  fc.assert(fc.property(orders, ({ items, discount, shippingAmount, taxAmount }) => {
    const total = items.reduce((sum, { quantity, unitAmount }) => sum + quantity * unitAmount, 0)
    const discountAmount = Math.floor(total * discount)
    const amount = total - discountAmount + shippingAmount + taxAmount
    fc.pre(amount > 0 && amount <= 99_999_999_999)
    const { token, buyer, billingAddress, ...request } = aPaymentRequest({ items, discountAmount, shippingAmount, taxAmount, amount })
    const payment = newPayment({ ...request, userId: 'ada', provider: 'iyzico', buyerEmail: null }, { paymentId: 'pay_1', fingerprint: 'f', owner: 'o', until: START, now: START })
    const prices = linesOf(payment).map(({ price }) => parseMoney(price, 'TRY').amount)
    const shares = spread(amount - shippingAmount, items, ({ quantity, unitAmount }) => quantity * unitAmount)
    return prices.every((price) => price > 0) && prices.reduce((sum, price) => sum + price, 0) === amount &&
      shares.every(([{ quantity, unitAmount }, part]) => Math.abs(part - (amount - shippingAmount) * quantity * unitAmount / total) < 1.001)
  }), { numRuns: 300 })
})
