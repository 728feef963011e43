import t from 'tap'
import { billingOf, withoutPayer } from '#domain/payments/billing.js'
import { aCapturedPayment, START } from '../../support/builders.js'

const NAMED = aCapturedPayment({
  createdAt: '2026-03-01T12:00:00.000Z',
  buyerEmail: 'ada@example.com',
  payerEmail: 'ada@other.example',
  shippingAddress: { contactName: 'Ada', address: 'Gül Sokak 7', city: 'İzmir', country: 'TR', district: 'Konak', phone: '+905321234567' },
})

t.test('a billing record is kept to the end of the tenth year after that of the payment', async (t) => {
  const { paymentId, buyerEmail } = NAMED
  const shippingAddress = { contactName: 'Ada', address: 'Gül Sokak 7', city: 'İzmir', country: 'TR', district: 'Konak' }
  t.same(billingOf(NAMED, 10, START), { paymentId, buyerEmail, shippingAddress, keptUntil: '2037-01-01T00:00:00.000Z' })
  t.not(billingOf(NAMED, 10, '2036-12-31T23:59:59.999Z'), null)
  t.equal(billingOf(NAMED, 10, '2037-01-01T00:00:00.000Z'), null, 'the years are over')
  t.equal(billingOf(NAMED, 0, START), null, 'nothing is to be kept')
  t.equal(billingOf({ ...NAMED, status: 'failed', capturedAmount: 0 }, 10, START), null, 'it took no money')
  t.equal(billingOf({ ...NAMED, buyerEmail: null, payerEmail: null, shippingAddress: null }, 10, START), null, 'it names no person')
  t.match(billingOf({ ...NAMED, buyerEmail: null }, 10, START), { buyerEmail: 'ada@other.example' }, 'the address of the token')
  t.match(billingOf({ ...NAMED, shippingAddress: null }, 1, START), { keptUntil: '2028-01-01T00:00:00.000Z' })
})

t.test('a payment without its payer keeps everything about the money, and raises no event', async (t) => {
  const { payment, events } = withoutPayer(NAMED, START)
  t.same(events, [])
  t.same({ ...payment, buyerEmail: NAMED.buyerEmail, payerEmail: NAMED.payerEmail, shippingAddress: NAMED.shippingAddress, version: NAMED.version, updatedAt: NAMED.updatedAt }, NAMED)
  t.match(payment, { buyerEmail: null, payerEmail: null, shippingAddress: null, version: NAMED.version + 1 })
  t.equal(withoutPayer(payment, START).payment, payment, 'once')
  for (const left of ['buyerEmail', 'payerEmail', 'shippingAddress'] as const) {
    t.match(withoutPayer({ ...payment, [left]: NAMED[left] }, START).payment, { [left]: null }, left)
  }
})
