import t from 'tap'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { refusedCharge } from '#domain/payments/refusal.js'
import { settleAll } from '#domain/payments/settlement.js'
import { START } from '../../../support/builders.js'
import type { IyzicoAnswer } from '../../../support/iyzico-server.js'
import { anIyzicoPayment, aRequest, factsOf, gatewayAnswering, openShop, PATHS, TOKEN, waitingPayment } from './support.js'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS

t.test('the outcome of the page is the state of the charge', async (t) => {
  const shop = await openShop(t)
  const { server, gateway } = shop
  const { payment, token } = await waitingPayment(shop)
  t.same(factsOf(await gateway.lookup(payment)), [{ kind: 'processing', reference: token }], 'nobody has tried to pay')
  const states: ReadonlyArray<readonly [() => void, PaymentFact]> = [
    [() => { server.fail(token, '', 'INIT_THREEDS') }, { kind: 'processing', reference: token }],
    [() => { server.fail(token, '', 'CALLBACK_THREEDS') }, { kind: 'processing', reference: token }],
    [() => { server.fail(token, '', 'A_NEW_STATE') }, { kind: 'processing', reference: token }],
    [() => { server.fail(token, '10051') }, { kind: 'processing', reference: token }],
    [() => { server.fail(token, '') }, { kind: 'processing', reference: token }],
    [() => { server.time = Date.parse(START) + HOUR_MS - 1 }, { kind: 'processing', reference: token }],
    [() => { server.time = Date.parse(START) + HOUR_MS }, { kind: 'failed', reference: token, failure: { code: 'no_code', message: 'iyzico gave no reason' } }],
    [() => { server.fail(token, '10051') }, { kind: 'failed', reference: token, failure: { code: '10051', message: 'refused with 10051' } }],
    [() => { server.fail(token, '5093') }, refusedCharge('5093', token)],
    [() => { server.fail(token, '10299') }, { kind: 'failed', reference: token, failure: { code: '10299', message: 'refused with 10299' } }],
    [() => { server.pay(token, { fraudStatus: 0 }) }, { kind: 'processing', reference: '24000008' }],
    [() => { server.pay(token, { fraudStatus: -1 }) }, { kind: 'failed', reference: '24000009', failure: { code: 'fraud_rejected', message: 'the fraud filters of iyzico have rejected the payment' } }],
    [() => { server.pay(token, { paidCents: 9_999 }) }, { kind: 'succeeded', reference: '24000010', amount: 9_999, currency: 'TRY' }],
  ]
  for (const [happen, fact] of states) {
    happen()
    t.same(factsOf(await gateway.lookup(payment)), [fact])
  }
})

t.test('a failure with an unknown outcome does not count', async (t) => {
  const shop = await openShop(t)
  const { payment, token } = await waitingPayment(shop)
  for (const code of ['10219', '10246', '1000', '1001', '1007', '50000']) {
    shop.server.fail(token, code)
    t.same(await shop.gateway.lookup(payment), { kind: 'unknown', reason: `iyzico refused with code ${code}` })
  }
  shop.server.fail(token, '10299', 'INIT_THREEDS')
  t.same(factsOf(await shop.gateway.lookup(payment)), [{ kind: 'processing', reference: token }])
})

t.test('a declined card is not final: the payer may use another one on the same page', async (t) => {
  const shop = await openShop(t)
  const { payment, token } = await waitingPayment(shop)
  shop.server.fail(token, '10051')
  const declined = settleAll(payment, factsOf(await shop.gateway.lookup(payment)), START).payment
  t.equal(declined.status, 'requires_action')
  shop.server.pay(token)
  const paid = settleAll(declined, factsOf(await shop.gateway.lookup(declined)), START).payment
  t.match(paid, { status: 'succeeded', capturedAmount: 10_000, flags: [] })
})

t.test('a failure needs the time of the answer, and the page of a final payment needs an answer', async (t) => {
  const { payment } = await waitingPayment(await openShop(t))
  const untimed: IyzicoAnswer = { status: 'failure', errorCode: '10051', paymentStatus: 'FAILURE' }
  for (const [systemTime, kind] of [[undefined, 'processing'], ['soon', 'processing'], [Date.parse(START) + HOUR_MS, 'failed']] as const) {
    const gateway = await gatewayAnswering(t, { [PATHS.formDetail]: { ...untimed, systemTime } })
    t.match(factsOf(await gateway.lookup(payment)), [{ kind }], String(systemTime))
  }
  const untried = await gatewayAnswering(t, { [PATHS.formDetail]: { status: 'failure', errorCode: '5122' } })
  for (const status of ['pending', 'requires_action'] as const) t.match(factsOf(await untried.lookup({ ...payment, status })), [{ kind: 'processing' }])
  for (const status of ['failed', 'canceled'] as const) {
    t.same(await untried.lookup({ ...payment, status }), { kind: 'unknown', reason: 'iyzico refused to answer for a page, with code 5122' })
  }
})

t.test('a page without a payment within a day is canceled, once reporting confirms it', async (t) => {
  const shop = await openShop(t)
  const { server, gateway } = shop
  const { payment, token } = await waitingPayment(shop)
  const lost = { ...payment, providerReference: null }
  server.time = Date.parse(START) + DAY_MS - 1
  t.same(factsOf(await gateway.lookup(payment)), [{ kind: 'processing', reference: token }])
  t.same(await gateway.lookup(lost), { kind: 'not_found' })
  server.time += 1
  t.same(factsOf(await gateway.lookup(payment)), [{ kind: 'canceled', reference: token }])
  t.same(factsOf(await gateway.lookup(lost)), [{ kind: 'canceled', reference: null }])
  server.fail(token, '', 'INIT_THREEDS')
  t.same(factsOf(await gateway.lookup(payment)), [{ kind: 'canceled', reference: token }], 'he has not come back from his bank')
  server.fail(token, '', 'INIT_BANK_TRANSFER')
  t.match(factsOf(await gateway.lookup(payment)), [{ kind: 'processing' }], 'a transfer may take days')
  server.pay(token)
  server.fail(token, '', 'INIT_THREEDS')
  t.match(factsOf(await gateway.lookup(payment)), [{ kind: 'succeeded', amount: 10_000 }], 'reporting knows more than the page')
})

t.test('a page that was left stays open while there is no report with a time', async (t) => {
  const systemTime = Date.parse(START) + DAY_MS
  const payment = anIyzicoPayment({ providerReference: TOKEN })
  const untried = { status: 'failure', errorCode: '5122', systemTime }
  const gateway = async (report: IyzicoAnswer) => await gatewayAnswering(t, { [PATHS.formDetail]: untried, [PATHS.report]: report })
  t.match(await (await gateway({ status: 'failure', errorCode: '50000' })).lookup(payment), { kind: 'unknown', reason: /refused a report/ })
  t.match(await (await gateway({ status: 'success', payments: [] })).lookup(payment), { kind: 'unknown', reason: /does not show/ })
  t.same(factsOf(await (await gateway({ status: 'success', payments: [], systemTime })).lookup(payment)), [{ kind: 'canceled', reference: TOKEN }])
})

t.test('a refusal of another request is no answer', async (t) => {
  const payment = anIyzicoPayment({ providerReference: TOKEN })
  const refusal = { status: 'failure', errorCode: '10051', paymentStatus: 'FAILURE', systemTime: Date.parse(START) + HOUR_MS }
  const gateway = await gatewayAnswering(t, { [PATHS.formDetail]: { ...refusal, conversationId: 'pay_2' } })
  t.same(await gateway.lookup(payment), { kind: 'unknown', reason: 'iyzico refused another request' })
  const ours = await gatewayAnswering(t, { [PATHS.formDetail]: { ...refusal, conversationId: 'pay_1' } })
  t.match(factsOf(await ours.lookup(payment)), [{ kind: 'failed' }])
})

t.test('another amount than ours is flagged by the settlement, not settled', async (t) => {
  const shop = await openShop(t)
  const { payment, token } = await waitingPayment(shop)
  shop.server.pay(token, { paidCents: 10_010 })
  const settled = settleAll(payment, factsOf(await shop.gateway.lookup(payment)), START).payment
  t.match(settled, { status: 'requires_action', capturedAmount: 0, flags: ['amount_mismatch'] })
})

t.test('a repeat of a request opens a page of its own, and both are looked up by their tokens', async (t) => {
  const shop = await openShop(t)
  const first = await waitingPayment(shop)
  const second = await waitingPayment(shop)
  t.not(first.token, second.token)
  shop.server.pay(second.token)
  t.match(factsOf(await shop.gateway.lookup(first.payment)), [{ kind: 'processing', reference: first.token }])
  t.match(factsOf(await shop.gateway.lookup(second.payment)), [{ kind: 'succeeded' }])
  t.match(await shop.gateway.charge(aRequest()), { kind: 'requires_action' })
})
