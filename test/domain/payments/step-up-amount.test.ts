import t from 'tap'
import { isAboveStepUp } from '#domain/payments/step-up-amount.js'
import { aCapturedPayment, aRefund } from '../../support/builders.js'

const LIMITS = new Map([['TRY', 5000], ['USD', 0]])

t.test('a refund is above the limit of its currency by more than the limit', (t) => {
  const payment = aCapturedPayment()
  t.equal(payment.amount, 10_000)
  t.same([1, 5000, 5001, 10_000, null].map((amount) => isAboveStepUp(payment, amount, LIMITS)), [false, false, true, true, true])
  t.same([1, null].map((amount) => isAboveStepUp(payment, amount, null)), [false, false], 'without limits none is')
  t.equal(isAboveStepUp(aCapturedPayment({ currency: 'USD' }), 1, LIMITS), true)
  t.equal(isAboveStepUp(aCapturedPayment({ currency: 'EUR' }), 1, LIMITS), true, 'of a currency without a limit each is')
  t.end()
})

t.test('what was refunded and reserved before counts with it', (t) => {
  const refunds = [aRefund({ refundId: 're_1', amount: 2000, status: 'succeeded' }), aRefund({ refundId: 're_2', amount: 2000, status: 'pending' }), aRefund({ refundId: 're_3', amount: 4000, status: 'failed' })]
  const payment = aCapturedPayment({ refunds, refundedAmount: 2000 })
  t.same([1000, 1001, null].map((amount) => isAboveStepUp(payment, amount, LIMITS)), [false, true, true])
  t.end()
})
