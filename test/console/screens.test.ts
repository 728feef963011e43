import t from 'tap'
import { listOf, scopeOf } from '../../console/src/screens/overview/attention.js'
import { pointsOf, successOf, takenOf } from '../../console/src/screens/overview/figures.js'
import { awayOf, toneOf, type Health } from '../../console/src/screens/overview/health.js'
import { isOpen, isTaken, leftOf, takenCurrency, type Refundable } from '../../console/src/screens/payment/left.js'

const none = { count: 0, amount: 0 }
const figures = (...statuses: Array<{ status: string, count: number, amount: number }>) => ({ statuses, refunded: none, disputes: { opened: none, won: none, lost: none } })

t.test('what was taken counts, whatever became of it', async (t) => {
  const month = figures({ status: 'succeeded', count: 7, amount: 700 }, { status: 'refunded', count: 1, amount: 100 }, { status: 'failed', count: 2, amount: 200 }, { status: 'pending', count: 9, amount: 900 })
  t.same(takenOf(month), { count: 8, amount: 800 })
  t.equal(successOf(month), 0.8)
  t.equal(successOf(figures({ status: 'pending', count: 3, amount: 3 })), null)
  t.equal(successOf(figures({ status: 'failed', count: -1, amount: -1 }, { status: 'succeeded', count: 1, amount: 1 })), null)
})

t.test('a day without a payment is a zero of the chart', async (t) => {
  const series = [{ period: '2026-11-01', ...figures() }, { period: '2026-11-02', ...figures({ status: 'succeeded', count: 1, amount: 12_505 }) }]
  t.same(pointsOf(series, 'TRY'), [[1_793_491_200, 1_793_577_600], [0, 125.05]])
})

t.test('each kind of what waits leads to its list', async (t) => {
  t.equal(listOf({ kind: 'flagged_payments', flag: 'late_success', count: 1, isCapped: false, path: '' }), '/console/payments?flag=late_success')
  t.equal(listOf({ kind: 'parked_webhook_events', count: 1, isCapped: false, path: '' }), '/console/webhooks?state=parked')
  t.equal(listOf({ kind: 'reported_messages', count: 1, isCapped: false, path: '' }), '/console/message-reports')
  t.equal(listOf({ kind: 'of_later', count: 1, isCapped: false, path: '' }), '/console/payments')
})

t.test('a person sees what waits of the lists that they can open', async (t) => {
  const scopes = ['reported_messages', 'open_disputes', 'of_later'].map((kind) => scopeOf({ kind, count: 1, isCapped: false, path: '' }))
  t.same(scopes, ['moderate', 'read', 'read'])
})

const well: Health = { at: '2026-11-23T13:00:00.000Z', mode: 'dynamodb', store: 'up', journal: { depth: 0, oldest: null }, outbox: { lagSeconds: 1 }, providers: [{ name: 'stripe', breaker: 'closed' }] }

t.test('the strip warns of what is behind, and more so of a store that is away', async (t) => {
  t.equal(toneOf(null), 'none')
  t.equal(toneOf(well), 'good')
  t.equal(toneOf({ ...well, store: 'down' }), 'bad')
  t.equal(toneOf({ ...well, outbox: { lagSeconds: 31 } }), 'warn')
  t.equal(toneOf({ ...well, journal: { depth: 3 } }), 'warn')
  t.equal(toneOf({ ...well, providers: [{ name: 'stripe', breaker: 'open' }] }), 'warn')
  t.same(awayOf({ ...well, providers: [{ name: 'a', state: 'down' }, { name: 'b', breaker: 'half_open' }, { name: 'c', breaker: 'open' }] }), ['a', 'c'])
})

const paid: Refundable = { status: 'succeeded', amount: 1000, currency: 'TRY', refundedAmount: 0, taken: { amount: 1000, currency: 'TRY' }, refunds: [], disputes: [] }
const refund = { amount: 300, status: 'pending', charge: null }
const dispute = { amount: 400, currency: 'TRY', status: 'lost', charge: null }

t.test('what is left to refund leaves out what is given back, reserved and lost', async (t) => {
  t.equal(leftOf(paid), 1000)
  t.equal(leftOf({ ...paid, taken: { amount: 900, currency: 'EUR' } }), 900)
  t.equal(takenCurrency({ ...paid, taken: { amount: 900, currency: 'EUR' } }), 'EUR')
  t.equal(leftOf({ ...paid, status: 'partially_refunded', refundedAmount: 200, refunds: [refund, { ...refund, status: 'failed' }, { ...refund, charge: 'ch_2' }] }), 500)
  t.equal(leftOf({ ...paid, status: 'disputed', disputes: [dispute] }), 600)
  t.equal(leftOf({ ...paid, disputes: [{ ...dispute, currency: 'USD' }] }), 0)
  t.equal(leftOf({ ...paid, disputes: [{ ...dispute, status: 'open' }] }), 0)
  t.equal(leftOf({ ...paid, disputes: [{ ...dispute, status: 'open', charge: 'ch_2' }] }), 1000)
  t.equal(leftOf({ ...paid, refundedAmount: 1200 }), 0)
  t.same(['pending', 'failed', 'canceled', 'requires_action'].map((status) => leftOf({ ...paid, status, taken: null })), [0, 0, 0, 0])
  t.same(['pending', 'requires_action', 'succeeded'].map((status) => isOpen({ status })), [true, true, false])
})

t.test('a dispute can be recorded where money was taken, whatever became of it', async (t) => {
  t.same(['succeeded', 'partially_refunded', 'refunded', 'disputed', 'pending', 'failed'].map((status) => isTaken({ status, taken: null })), [true, true, true, true, false, false])
  t.equal(isTaken({ status: 'pending', taken: paid.taken }), true)
})
