import t from 'tap'
import { settleAll } from '#domain/payments/settlement.js'
import { aRefund, START } from '../../../support/builders.js'
import { hmac, type IyzicoAnswer } from '../../../support/iyzico-server.js'
import { anIyzicoPayment, factsOf, gatewayAnswering, openShop, paidPayment, PATHS, REPORTED, signedBy } from './support.js'

const PAYMENT = anIyzicoPayment({ capturedAmount: 10_000, providerReference: '24478123' })
const REQUEST = { payment: PAYMENT, refundId: 're_1', amount: 4_000 }

t.test('a refund names the payment by iyzico\'s id, and itself by ours', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  t.same(await shop.gateway.refund({ payment, refundId: 're_1', amount: 4_005 }), { kind: 'succeeded' })
  const sent = shop.server.requests.at(-1)
  t.equal(sent?.path, '/v2/payment/refund')
  t.same(JSON.parse(String(sent?.body)), { locale: 'tr', conversationId: 're_1', paymentId: '24000000', price: '40.05', currency: 'TRY' })
  t.equal(shop.server.effects().refunds, 1)
})

t.test('without the id of iyzico nothing is sent and nothing is refunded', async (t) => {
  const { server, gateway } = await openShop(t)
  for (const providerReference of [null, '077aff05-1e9b-44aa-aa11-c268bb8b3826']) {
    t.same(await gateway.refund({ ...REQUEST, payment: { ...PAYMENT, providerReference } }), { kind: 'failed' })
  }
  t.same(server.requests, [])
})

t.test('a refund counts only under the signature of iyzico over our request', async (t) => {
  const fields = ['paymentId', 'price', 'currency', 'conversationId'] as const
  const done = { paymentId: '24478123', price: '40', currency: 'TRY', conversationId: 're_1' }
  const good = signedBy(fields.map((name) => done[name]), done)
  t.same(await (await gatewayAnswering(t, { [PATHS.refund]: good })).refund(REQUEST), { kind: 'succeeded' })
  const bad: ReadonlyArray<readonly [IyzicoAnswer, RegExp]> = [
    ...fields.map((name) => [{ ...good, [name]: '1' }, /signature/] as const),
    [{ ...good, signature: hmac('24478123:40:TRY:re_1', 'the key of a stranger') }, /signature/],
    ...fields.map((name) => {
      const other = { ...done, [name]: name === 'currency' ? 'USD' : '1' }
      return [signedBy(fields.map((field) => other[field]), other), /another refund/] as const
    }),
    [signedBy(['24478123', '40.005', 'TRY', 're_1'], { ...done, price: '40.005' }), /price that is not an amount/],
  ]
  for (const [answer, reason] of bad) {
    t.match(await (await gatewayAnswering(t, { [PATHS.refund]: answer })).refund(REQUEST), { kind: 'unknown', reason }, JSON.stringify(answer))
  }
})

t.test('a refund that the bank declines has failed, and one of unknown outcome is looked up later', async (t) => {
  for (const [errorCode, answer] of [
    ['10051', { kind: 'failed' }],
    ['10219', { kind: 'unknown', reason: 'iyzico refused a refund with code 10219' }],
    ['10246', { kind: 'unknown', reason: 'iyzico refused a refund with code 10246' }],
    ['1000', { kind: 'unknown', reason: 'iyzico refused a refund with code 1000' }],
  ] as const) {
    const gateway = await gatewayAnswering(t, { [PATHS.refund]: { status: 'failure', errorCode } })
    t.same(await gateway.refund(REQUEST), answer)
  }
})

t.test('an undocumented refusal is a failure only where the refund cannot have happened', async (t) => {
  const entry = (refundConversationId: string, refundPrice: number, refundStatus = 1) => ({ refundConversationId, refundPrice, refundStatus, currencyCode: 'TRY' })
  const paid = { paymentId: 24_478_123, paymentStatus: 1, paymentConversationId: 'pay_1', paidPrice: 100 }
  const report = (refunds: readonly object[], changed: object = {}) => ({ status: 'success', payments: [{ ...paid, itemTransactions: [{ refunds }], ...changed }] })
  const unknown = { kind: 'unknown', reason: 'iyzico refused a refund with code 5999' }
  for (const [name, answer, expected] of [
    ['more is gone than would leave it', report([entry('re_0', 60.01)]), { kind: 'failed' }],
    ['it may have been the last', report([entry('re_0', 60)]), unknown],
    ['it is there', report([entry('re_0', 60), entry('re_1', 40)]), unknown],
    ['the other is not through', report([entry('re_0', 60.01, 0)]), unknown],
    ['another payment', report([entry('re_0', 60.01)], { paymentId: 24_478_124 }), unknown],
    ['not paid', report([entry('re_0', 60.01)], { paymentStatus: 2 }), unknown],
    ['nothing is reported', { status: 'success', payments: [] }, unknown],
    ['no report', { status: 'failure', errorCode: '50000' }, { kind: 'unknown', reason: 'iyzico refused a report, with code 50000' }],
  ] as const) {
    const gateway = await gatewayAnswering(t, { [PATHS.refund]: { status: 'failure', errorCode: '5999' }, [PATHS.report]: answer })
    t.same(await gateway.refund(REQUEST), expected, name)
  }
})

t.test('a refund that iyzico splits over the lines of the basket is one refund, once it is complete', async (t) => {
  const shop = await openShop(t)
  const items = [{ name: 'Scarf', quantity: 1, unitAmount: 6_000 }, { name: 'Pin', quantity: 1, unitAmount: 4_000 }]
  const payment = await paidPayment(shop, anIyzicoPayment({ items }))
  const reserved = { ...payment, refunds: [aRefund({ amount: 7_000 })] }
  t.same(await shop.gateway.refund({ payment: reserved, refundId: 're_1', amount: 7_000 }), { kind: 'succeeded' })
  const whole = [{ kind: 'refund', refundId: 're_1', status: 'succeeded', amount: 7_000, currency: 'TRY' }] as const
  t.same(factsOf(await shop.gateway.lookup(reserved)), whole)
  t.match(settleAll(reserved, whole, START).payment, { status: 'partially_refunded', refundedAmount: 7_000, flags: [] })
  shop.server.alter = withoutLastLine
  t.same(factsOf(await shop.gateway.lookup(reserved)), [{ kind: 'refund', refundId: 're_1', status: 'pending' }], 'reporting runs late')
})

function withoutLastLine (answer: IyzicoAnswer): IyzicoAnswer {
  const payments = answer['payments'] as ReadonlyArray<{ itemTransactions: readonly unknown[] }>
  return { ...answer, payments: payments.map((payment) => ({ ...payment, itemTransactions: payment.itemTransactions.slice(0, -1) })) }
}

t.test('refunds and cancellations that were made at iyzico are facts, and an unfinished one is pending', async (t) => {
  const refunds = [
    { refundTxId: 7, refundConversationId: null, refundPrice: 1.5, refundStatus: 1, currencyCode: 'TRY' },
    { refundTxId: 8, refundConversationId: 're_1', refundPrice: '2.00', refundStatus: 0, currencyCode: 'TRY' },
  ]
  const cancels = [
    { refundId: 9, cancelConversationId: 'panel', refundPrice: 3, refundStatus: 1, currencyCode: 'TRY' },
    { refundId: 10, refundPrice: 4, refundStatus: 1, currencyCode: 'TRY' },
  ]
  const report = (payment: object) => ({ status: 'success', payments: [{ ...REPORTED.payments[0], ...payment }] })
  const captured = anIyzicoPayment({ capturedAmount: 10_000, providerReference: '24478123' })
  const gateway = await gatewayAnswering(t, { [PATHS.report]: report({ itemTransactions: [{ refunds }], cancels }) })
  t.same(factsOf(await gateway.lookup(captured)), [
    { kind: 'refund', refundId: 'iyzico_7', status: 'succeeded', amount: 150, currency: 'TRY' },
    { kind: 'refund', refundId: 're_1', status: 'pending' },
    { kind: 'refund', refundId: 'panel', status: 'succeeded', amount: 300, currency: 'TRY' },
    { kind: 'refund', refundId: 'iyzico_10', status: 'succeeded', amount: 400, currency: 'TRY' },
  ])
  const foreign = await gatewayAnswering(t, { [PATHS.report]: report({ cancels: [{ ...cancels[0], currencyCode: 'USD' }] }) })
  t.match(await foreign.lookup(captured), { kind: 'unknown', reason: /another currency/ })
})
