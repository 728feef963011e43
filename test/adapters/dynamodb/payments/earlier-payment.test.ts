import t from 'tap'
import { NO_MAPPING, type EarlierMapping } from '#adapters/dynamodb/payments/earlier-mapping.js'
import { earlierReader } from '#adapters/dynamodb/payments/earlier-payment.js'
import { isUnderstood } from '#domain/payments/payment.js'
import { settle } from '#domain/payments/settlement.js'
import { at } from '../../../contracts/fixtures.js'

const AT = '2024-03-01T10:00:00.000Z'
const row = (fields: object = {}) => ({ paymentId: 'p1', userId: 'ayse', amount: 49.9, currency: 'TRY', status: 'completed', createdAt: AT, updatedAt: AT, ...fields })
const read = earlierReader(NO_MAPPING)
const mapped = (mapping: Partial<EarlierMapping>) => earlierReader({ ...NO_MAPPING, amountUnit: 'major', ...mapping })

t.test('an earlier payment is read in major units, whatever the row looks like, and is marked', async (t) => {
  t.match(read(row()), {
    amount: 4990, currency: 'TRY', status: 'succeeded', capturedAmount: 4990, refundedAmount: 0, refunds: [], orderId: 'p1', provider: 'earlier', createdAt: AT, followUp: null, version: 0, earlier: { amountAssumed: true, reference: null },
  })
  t.match(read(row({ amount: 4990, orderId: 'o2', provider: 'stripe', metadata: { a: 1 } })), { amount: 499000, orderId: 'o2', provider: 'stripe', metadata: { a: 1 } })
  t.equal(read(row({ amount: 0.1 + 0.2 })).amount, 30)
  t.equal(read(row({ amount: 500, currency: 'jpy' })).amount, 500)
  t.match(read(row({ amount: 0 })), { amount: 0, status: 'succeeded', capturedAmount: 0 })
  t.match(read(row({ color: 'blue' })), { color: 'blue' }, 'what is not read is kept')
})

t.test('the words of an earlier application for statuses are read, and others are shown as they are', async (t) => {
  for (const [stored, shown] of [['success', 'succeeded'], ['COMPLETED', 'succeeded'], ['cancelled', 'canceled'], ['pending', 'pending'], ['failed', 'failed'], [undefined, 'pending'], [null, 'pending'], ['on_hold', 'on_hold'], ['toString', 'toString']]) {
    t.equal(read(row({ status: stored })).status, shown)
  }
})

t.test('what was given back is a refund of the payment, and decides its status', async (t) => {
  t.match(read(row({ amount: '12.50', status: 'refunded', refundAmount: 12.5 })), { amount: 1250, refundedAmount: 1250, status: 'refunded', refunds: [{ amount: 1250, status: 'succeeded', origin: 'provider' }] })
  t.match(read(row({ status: 'refunded' })), { refundedAmount: 4990, status: 'refunded' })
  t.match(read(row({ status: 'refunded', refundAmount: 9.9 })), { refundedAmount: 990, status: 'partially_refunded' })
  t.match(read(row({ status: 'completed', refundAmount: 9.9 })), { refundedAmount: 990, status: 'partially_refunded' })
  t.match(read(row({ status: 'pending', refundAmount: 9.9 })), { refundedAmount: 0, status: 'pending', capturedAmount: 0 })
})

t.test('times are read as those of messages', async (t) => {
  t.match(read(row({ createdAt: 1709287200, updatedAt: 'soon' })), { createdAt: AT, updatedAt: AT })
  t.match(read(row({ createdAt: undefined, timestamp: AT })), { createdAt: AT })
  t.match(read(row({ createdAt: undefined })), { createdAt: AT })
  t.match(read(row({ createdAt: undefined, updatedAt: undefined })), { createdAt: '1970-01-01T00:00:00.000Z' })
})

t.test('a row without a payer, an amount or a currency in use cannot be read', async (t) => {
  for (const fields of [
    { amount: 1.005 }, { amount: 'much' }, { amount: '1,50' }, { amount: null }, { amount: -1 }, { amount: 1e12 }, { currency: 'LIRA' }, { currency: undefined }, { userId: 5 }, { status: 5 },
    { refundAmount: 50 }, { status: 'partially_refunded' },
  ]) t.throws(() => read(row(fields)), { message: /^a row that is not ours: / }, JSON.stringify(fields))
})

t.test('a mapping says the unit, the names of fields, the words of statuses and what fields that are missing hold', async (t) => {
  const inKurus = mapped({ amountUnit: 'minor', fields: { amount: 'total', orderId: 'order_no' }, statuses: { paid: 'succeeded', completed: 'pending' }, defaults: { currency: 'TRY', provider: 'stripe', status: 'failed' } })
  const { amount: _major, currency: _none, ...rest } = row()
  t.match(inKurus({ ...rest, total: 4990, order_no: 'o1', status: 'PAID' }), { amount: 4990, currency: 'TRY', orderId: 'o1', provider: 'stripe', status: 'succeeded', earlier: { amountAssumed: false } })
  t.match(inKurus({ ...rest, total: 4990, status: undefined }), { status: 'failed' })
  t.match(inKurus({ ...rest, total: 4990 }), { status: 'pending' }, 'its words come first')
  t.throws(() => inKurus({ ...rest, total: 49.9 }), { message: /amount/ })
  t.match(mapped({})(row()), { amount: 4990, earlier: { amountAssumed: false } })
})

t.test('no fact moves an earlier payment', async (t) => {
  const stored = read(row())
  t.equal(isUnderstood(stored), false)
  t.throws(() => settle(stored, { kind: 'canceled', reference: null }, at(0)), { code: 'payment_unreadable' })
  t.throws(() => settle(stored, { kind: 'succeeded', amount: 1, currency: 'TRY', reference: 'r' }, at(0)), { code: 'payment_unreadable' })
})
