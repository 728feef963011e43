import t from 'tap'
import type { Payment } from '#domain/payments/payment.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { settleAll } from '#domain/payments/settlement.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import { aRefund, START } from '../../../support/builders.js'
import { hmac, type IyzicoAnswer } from '../../../support/iyzico-server.js'
import { anIyzicoPayment, factsOf, gatewayAnswering, openShop, paidPayment, PATHS, RE_1, REPORTED, signedBy } from './support.js'

const PAYMENT = anIyzicoPayment({ capturedAmount: 10_000, providerReference: '24478123' })
const REQUEST = { payment: PAYMENT, refundId: RE_1, amount: 4_000 }

t.test('a refund names the payment by iyzico\'s id, and itself by ours', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  t.same(await shop.gateway.refund({ payment, refundId: RE_1, amount: 4_005 }), { kind: 'succeeded' })
  const sent = shop.server.requests.at(-1)
  t.equal(sent?.path, '/v2/payment/refund')
  t.same(JSON.parse(String(sent?.body)), { locale: 'tr', conversationId: RE_1, paymentId: '24000000', price: '40.05', currency: 'TRY' })
  t.equal(shop.server.effects().refunds, 1)
})

t.test('without the id of iyzico nothing is sent and nothing is refunded', async (t) => {
  const { server, gateway } = await openShop(t)
  for (const providerReference of [null, '077aff05-1e9b-44aa-aa11-c268bb8b3826']) {
    t.match(await gateway.refund({ ...REQUEST, payment: { ...PAYMENT, providerReference } }), { kind: 'failed', failure: { code: 'not_charged' } })
  }
  t.same(server.requests, [])
})

t.test('a refund counts only under the signature of iyzico over our request', async (t) => {
  const fields = ['paymentId', 'price', 'currency', 'conversationId'] as const
  const done = { paymentId: '24478123', price: '40', currency: 'TRY', conversationId: RE_1 }
  const good = signedBy(fields.map((name) => done[name]), done)
  t.same(await (await gatewayAnswering(t, { [PATHS.refund]: good })).refund(REQUEST), { kind: 'succeeded' })
  const bad: ReadonlyArray<readonly [IyzicoAnswer, RegExp]> = [
    ...fields.map((name) => [{ ...good, [name]: '1' }, /signature/] as const),
    [{ ...good, signature: hmac(`24478123:40:TRY:${RE_1}`, 'the key of a stranger') }, /signature/],
    ...fields.map((name) => {
      const other = { ...done, [name]: name === 'currency' ? 'USD' : '1' }
      return [signedBy(fields.map((field) => other[field]), other), /another refund/] as const
    }),
    [signedBy(['24478123', '40.005', 'TRY', RE_1], { ...done, price: '40.005' }), /price that is not an amount/],
  ]
  for (const [answer, reason] of bad) {
    t.match(await (await gatewayAnswering(t, { [PATHS.refund]: answer })).refund(REQUEST), { kind: 'unknown', reason }, JSON.stringify(answer))
  }
})

t.test('a refund that the bank declines has failed and says why, and one of unknown outcome is looked up later', async (t) => {
  for (const [errorCode, code] of [
    ['10051', 'insufficient_balance'], ['10054', 'expired_card'], ['10041', 'lost_or_stolen_card'], ['10043', 'lost_or_stolen_card'],
    ['10057', 'not_permitted'], ['10058', 'not_permitted'], ['10005', '10005'],
  ] as const) {
    const gateway = await gatewayAnswering(t, { [PATHS.refund]: { status: 'failure', errorCode, errorMessage: 'Bakiye yetersiz' } })
    t.same(await gateway.refund(REQUEST), { kind: 'failed', failure: { code, message: `Bakiye yetersiz (iyzico ${errorCode})` } })
  }
  for (const errorCode of ['10219', '10246', '1000']) {
    const gateway = await gatewayAnswering(t, { [PATHS.refund]: { status: 'failure', errorCode } })
    t.same(await gateway.refund(REQUEST), { kind: 'unknown', reason: `iyzico refused a refund with code ${errorCode}` })
  }
})

t.test('an undocumented refusal is a failure only where the refund cannot have happened', async (t) => {
  const entry = (refundConversationId: string, refundPrice: number, refundStatus = 1) => ({ refundTxId: 7, refundConversationId, refundPrice, refundStatus, currencyCode: 'TRY' })
  const failed = { kind: 'failed', failure: { code: 'already_refunded', message: 'so much has been given back at iyzico that the rest does not cover this refund' } }
  const paid = { paymentId: 24_478_123, paymentStatus: 1, paymentConversationId: 'pay_1', paidPrice: 100 }
  const report = (refunds: readonly object[], changed: object = {}) => ({ status: 'success', payments: [{ ...paid, itemTransactions: [{ refunds }], ...changed }] })
  const unknown = { kind: 'unknown', reason: 'iyzico refused a refund with code 5999' }
  for (const [name, answer, expected] of [
    ['more is gone than would leave it', report([entry('re_0', 60.01)]), failed],
    ['it may have been the last', report([entry('re_0', 60)]), unknown],
    ['it is there', report([entry('re_0', 60), entry(RE_1, 40)]), unknown],
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
  const reserved = { ...payment, refunds: [aRefund({ refundId: RE_1, amount: 7_000 })] }
  t.same(await shop.gateway.refund({ payment: reserved, refundId: RE_1, amount: 7_000 }), { kind: 'succeeded' })
  const whole = [{ kind: 'refund', refundId: RE_1, status: 'succeeded', amount: 7_000, currency: 'TRY' }] as const
  t.same(factsOf(await shop.gateway.lookup(reserved)), whole)
  t.match(settleAll(reserved, whole, START).payment, { status: 'partially_refunded', refundedAmount: 7_000, flags: [] })
  shop.server.alter = withoutLastLine
  t.same(factsOf(await shop.gateway.lookup(reserved)), [{ kind: 'refund', refundId: RE_1, status: 'pending' }], 'reporting runs late')
})

function withoutLastLine (answer: IyzicoAnswer): IyzicoAnswer {
  const payments = answer['payments'] as ReadonlyArray<{ itemTransactions: readonly unknown[] }>
  return { ...answer, payments: payments.map((payment) => ({ ...payment, itemTransactions: payment.itemTransactions.slice(0, -1) })) }
}

t.test('refunds and a cancellation in the merchant panel count, line by line and once, and their sum is right', async (t) => {
  const shop = await openShop(t)
  const items = [{ name: 'Scarf', quantity: 1, unitAmount: 6_000 }, { name: 'Pin', quantity: 1, unitAmount: 4_000 }]
  const payment = await paidPayment(shop, anIyzicoPayment({ items }))
  const asked = async (known: Payment) => settleAll(known, factsOf(await shop.gateway.lookup(known)), START).payment
  shop.server.refundInPanel('24000000', 7_000)
  const given = await asked(payment)
  t.match(given, {
    status: 'partially_refunded',
    refundedAmount: 7_000,
    flags: [],
    refunds: [{ origin: 'provider', reference: '1', amount: 6_000, status: 'succeeded', charge: null }, { origin: 'provider', reference: '2', amount: 1_000, charge: null }],
  })
  t.same(await asked(given), given, 'a repeat changes nothing')
  t.throws(() => reserveRefund(given, { refundId: RE_1, amount: 3_001, reason: null, fingerprint: 'f', owner: 'o', until: START }, START), { code: 'refund_exceeds_captured' })
  shop.server.refundInPanel('24000000', 500, { done: false })
  t.same(await asked(given), given, 'a line that is not done does not count')
  shop.server.cancelInPanel('24000000')
  t.match(await asked(payment), { status: 'refunded', refundedAmount: 17_000, flags: ['over_refunded'] }, 'more than was taken is flagged')
})

t.test('a refund of the report that is not readable is no answer', async (t) => {
  const captured = anIyzicoPayment({ capturedAmount: 10_000, providerReference: '24478123' })
  const line = { refundTxId: 7, refundConversationId: null, refundPrice: 1.5, refundStatus: 1, currencyCode: 'TRY' }
  const reporting = async (changed: object) => await gatewayAnswering(t, { [PATHS.report]: { status: 'success', payments: [{ ...REPORTED.payments[0], itemTransactions: [{ refunds: [{ ...line, ...changed }] }] }] } })
  t.match(factsOf(await (await reporting({})).lookup(captured)), [{ kind: 'refund', origin: 'provider', reference: '7', amount: 150 }])
  t.match(await (await reporting({ currencyCode: 'USD' })).lookup(captured), { kind: 'unknown', reason: /another currency/ })
  t.match(await (await reporting({ refundTxId: null })).lookup(captured), { kind: 'unknown', reason: /without an id/ })
  t.match(factsOf(await (await reporting({ refundConversationId: RE_1 })).lookup({ ...captured, refunds: [aRefund({ refundId: RE_1 })] })), [{ refundId: RE_1, status: 'pending' }])
  const larger = factsOf(await (await reporting({ refundConversationId: RE_1, refundPrice: 60 })).lookup({ ...captured, refunds: [aRefund({ refundId: RE_1 })] }))
  t.match(larger, [{ refundId: RE_1, status: 'succeeded', amount: 6_000 }], 'another amount than ours, which the settlement flags')
  t.match(factsOf(await (await reporting({ refundConversationId: RE_1 })).lookup(captured)), [{ refundId: RE_1, status: 'succeeded', amount: 150 }], 'ours, and not stored here')
})

t.test('a refund that iyzico refused without saying why fails a day later, when its report does not show it', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  const made = laterBy(START, 60_000)
  const reserved = reserveRefund(payment, { refundId: RE_1, amount: 4_000, reason: null, fingerprint: 'f', owner: 'o', until: made }, made).payment
  shop.server.refuseRefund = '15998'
  t.match(await shop.gateway.refund({ payment: reserved, refundId: RE_1, amount: 4_000 }), { kind: 'unknown', reason: /15998/ })
  shop.server.time = Date.parse(made) + DAY_MS - 1
  t.same(factsOf(await shop.gateway.lookup(reserved)), [])
  shop.server.time++
  const facts = factsOf(await shop.gateway.lookup(reserved))
  t.match(facts, [{ kind: 'refund', refundId: RE_1, status: 'failed', failure: { code: 'not_made' } }])
  t.match(settleAll(reserved, facts, made).payment, { status: 'succeeded', refundedAmount: 0, refunds: [{ status: 'failed', failure: { code: 'not_made' } }], followUp: null })
  shop.server.refuseRefund = null
  await shop.gateway.refund({ payment: reserved, refundId: RE_1, amount: 4_000 })
  t.match(factsOf(await shop.gateway.lookup(reserved)), [{ refundId: RE_1, status: 'succeeded' }], 'the report shows it')
  const unshown = await gatewayAnswering(t, { [PATHS.report]: { ...REPORTED, systemTime: shop.server.time }, [PATHS.paymentDetail]: { status: 'failure', errorCode: '10219' } })
  t.equal((await unshown.lookup(reserved)).kind, 'unknown', 'a report without the charge decides nothing')
})
