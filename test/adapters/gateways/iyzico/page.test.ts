import t from 'tap'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { refusedCharge } from '#domain/payments/refusal.js'
import { settleAll } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../../support/builders.js'
import type { IyzicoAnswer, IyzicoServer } from '../../../support/iyzico-server.js'
import { anIyzicoPayment, aRequest, factsOf, gatewayAnswering, openShop, PATHS, TOKEN, waitingPayment } from './support.js'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS

t.test('the outcome of the page is the state of the charge', async (t) => {
  const shop = await openShop(t)
  const { server, gateway } = shop
  const { payment, token } = await waitingPayment(shop)
  const open: PaymentFact = { kind: 'open', reference: token }
  const onItsWay: PaymentFact = { kind: 'processing', reference: token }
  t.same(factsOf(await gateway.lookup(payment)), [open], 'nobody has tried to pay')
  const states: ReadonlyArray<readonly [() => void, PaymentFact]> = [
    ...['INIT_THREEDS', 'CALLBACK_THREEDS', 'BKM_POS_SELECTED', 'CALLBACK_PECCO', 'INIT_APM', 'INIT_CONTACTLESS', 'INIT_CREDIT', ''].map((status) => [() => { server.fail(token, '', status) }, open] as const),
    ...['INIT_BANK_TRANSFER', 'PENDING_CREDIT', 'A_NEW_STATE'].map((status) => [() => { server.fail(token, '', status) }, onItsWay] as const),
    [() => { server.fail(token, '10051') }, open],
    [() => { server.fail(token, '') }, open],
    [() => { server.time = Date.parse(START) + HOUR_MS - 1 }, open],
    [() => { server.time = Date.parse(START) + HOUR_MS }, { kind: 'failed', reference: token, failure: { code: 'no_code', message: 'iyzico gave no reason' } }],
    [() => { server.fail(token, '10051') }, { kind: 'failed', reference: token, failure: { code: '10051', message: 'refused with 10051' } }],
    [() => { server.fail(token, '5093') }, refusedCharge('5093', token)],
    [() => { server.fail(token, '10299') }, { kind: 'failed', reference: token, failure: { code: '10299', message: 'refused with 10299' } }],
    [() => { server.pay(token, { fraudStatus: 0 }) }, { kind: 'processing', reference: '24000016' }],
    [() => { server.pay(token, { fraudStatus: -1 }) }, { kind: 'failed', reference: '24000017', failure: { code: 'fraud_rejected', message: 'the fraud filters of iyzico have rejected the payment' } }],
    [() => { server.pay(token, { paidCents: 9_999 }) }, { kind: 'succeeded', reference: '24000018', amount: 9_999, currency: 'TRY' }],
  ]
  for (const [happen, fact] of states) {
    happen()
    t.same(factsOf(await gateway.lookup(payment)), [fact])
  }
})

t.test('money in review or on its way asks the payer for nothing, however long it takes, and no older word does', async (t) => {
  for (const happen of [
    (server: IyzicoServer, token: string) => { server.pay(token, { fraudStatus: 0 }) },
    (server: IyzicoServer, token: string) => { server.fail(token, '', 'INIT_BANK_TRANSFER') },
    (server: IyzicoServer, token: string) => { server.fail(token, '10299', 'PENDING_CREDIT') },
  ]) {
    const shop = await openShop(t)
    const { payment, token } = await waitingPayment(shop)
    happen(shop.server, token)
    const done = settleAll(payment, factsOf(await shop.gateway.lookup(payment)), START).payment
    t.match(done, { status: 'pending', nextAction: null })
    shop.server.time = Date.parse(START) + 5 * DAY_MS
    t.same(settleAll(done, factsOf(await shop.gateway.lookup(done)), START).payment, done, 'days later')
    t.same(settleAll(done, [{ kind: 'open', reference: token }], START).payment, done)
    const silent = await gatewayAnswering(t, {
      [PATHS.formDetail]: { status: 'failure', errorCode: '5122', systemTime: shop.server.time }, [PATHS.report]: { status: 'success', payments: [], systemTime: shop.server.time },
    })
    t.equal((await silent.lookup(done)).kind, 'unknown', 'a page that forgets it ends nothing')
    shop.server.pay(token)
    t.match(settleAll(done, factsOf(await shop.gateway.lookup(done)), START).payment, { status: 'succeeded' })
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
  t.same(factsOf(await shop.gateway.lookup(payment)), [{ kind: 'open', reference: token }])
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
  for (const [systemTime, kind] of [[undefined, 'open'], ['soon', 'open'], [Date.parse(START) + HOUR_MS, 'failed']] as const) {
    const gateway = await gatewayAnswering(t, { [PATHS.formDetail]: { ...untimed, systemTime } })
    t.match(factsOf(await gateway.lookup(payment)), [{ kind }], String(systemTime))
  }
  const untried = await gatewayAnswering(t, { [PATHS.formDetail]: { status: 'failure', errorCode: '5122' } })
  for (const status of ['pending', 'requires_action'] as const) t.match(factsOf(await untried.lookup({ ...payment, status })), [{ kind: 'open' }])
  for (const status of ['failed', 'canceled'] as const) {
    t.same(await untried.lookup({ ...payment, status }), { kind: 'unknown', reason: 'iyzico refused to answer for a page, with code 5122' })
  }
})

t.test('a page that nobody has tried is canceled once it is closed, and one that was left at the bank after a day', async (t) => {
  const shop = await openShop(t)
  const { server, gateway } = shop
  const { payment, token } = await waitingPayment(shop)
  const lost = { ...payment, providerReference: null }
  const at = async (milliseconds: number, which = payment) => {
    server.time = Date.parse(START) + milliseconds
    return await gateway.lookup(which)
  }
  t.same(factsOf(await at(HOUR_MS - 1)), [{ kind: 'open', reference: token }])
  t.same(factsOf(await at(HOUR_MS)), [{ kind: 'canceled', reference: token }])
  t.match(settleAll(payment, factsOf(await at(HOUR_MS)), START).payment, { status: 'canceled', nextAction: null })
  t.same(await at(DAY_MS - 1, lost), { kind: 'not_found' })
  t.same(factsOf(await at(DAY_MS, lost)), [{ kind: 'canceled', reference: null }])
  server.fail(token, '', 'INIT_THREEDS')
  t.same(factsOf(await at(DAY_MS - 1)), [{ kind: 'open', reference: token }], 'they may still be at their bank')
  t.same(factsOf(await at(DAY_MS)), [{ kind: 'canceled', reference: token }], 'they have not come back from their bank')
  server.fail(token, '', 'CALLBACK_THREEDS')
  t.match(factsOf(await at(DAY_MS)), [{ kind: 'open' }], 'their bank has answered, and iyzico has not decided')
  server.fail(token, '', 'INIT_BANK_TRANSFER')
  t.match(factsOf(await at(DAY_MS)), [{ kind: 'processing' }], 'a transfer may take days')
  t.match(factsOf(await at(DAY_MS, lost)), [{ kind: 'processing', reference: '24000002' }], 'and is found without a token')
  server.pay(token)
  server.fail(token, '', 'INIT_THREEDS')
  t.match(factsOf(await at(DAY_MS)), [{ kind: 'succeeded', amount: 10_000 }], 'reporting knows more than the page')
})

t.test('a page is not canceled while the report does not say so', async (t) => {
  const systemTime = Date.parse(START) + HOUR_MS
  const payment = anIyzicoPayment({ status: 'requires_action', providerReference: TOKEN })
  const untried = { status: 'failure', errorCode: '5122', systemTime }
  const gateway = async (report: IyzicoAnswer) => await gatewayAnswering(t, { [PATHS.formDetail]: untried, [PATHS.report]: report })
  t.match(await (await gateway({ status: 'failure', errorCode: '50000' })).lookup(payment), { kind: 'unknown', reason: /refused a report/ })
  t.match(await (await gateway({ status: 'success', payments: [] })).lookup(payment), { kind: 'unknown', reason: /does not show/ }, 'it has no time')
  const attempt = { paymentId: 24_478_123, paymentConversationId: 'pay_1' }
  for (const [paymentStatus, kind] of [[0, 'open'], [2, 'open'], [3, 'open'], [null, 'open'], [8, 'processing'], [99, 'processing']] as const) {
    const known = await gateway({ status: 'success', payments: [{ ...attempt, paymentStatus }], systemTime })
    t.same(factsOf(await known.lookup(payment)), [{ kind, reference: '24478123' }], `an attempt of status ${paymentStatus}`)
  }
  t.same(factsOf(await (await gateway({ status: 'success', payments: [], systemTime })).lookup(payment)), [{ kind: 'canceled', reference: TOKEN }])
})

t.test('the payer is told when iyzico closes the page, where it says so', async (t) => {
  const { server, gateway } = await openShop(t)
  t.match(await gateway.charge(aRequest()), { nextAction: { type: 'redirect', expiresAt: new Date(server.time + 1_800_000).toISOString() } })
  for (const silent of [{ tokenExpireTime: undefined }, { systemTime: undefined }, { tokenExpireTime: -1 }, { systemTime: 99_999_999_999_999 }]) {
    server.alter = (answer) => ({ ...answer, ...silent })
    const answer = await gateway.charge(aRequest())
    t.same(answer.kind === 'requires_action' && Object.keys(answer.nextAction), ['type', 'url'], JSON.stringify(silent))
  }
})

t.test('a payment is not offered for longer than iyzico keeps its page open', async (t) => {
  const { gateway } = await openShop(t)
  const until = (minutes: number) => aRequest(anIyzicoPayment({ expiresAt: laterBy(START, minutes * 60_000) }))
  gateway.check(until(30))
  t.throws(() => { gateway.check(until(31)) }, { code: 'not_offered', message: /after 30 minutes/ })
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
  t.match(settled, { status: 'pending', nextAction: null, capturedAmount: 0, taken: { amount: 10_010, reference: '24000000' }, flags: ['amount_mismatch'] })
})

t.test('a repeat of a request opens a page of its own, and both are looked up by their tokens', async (t) => {
  const shop = await openShop(t)
  const first = await waitingPayment(shop)
  const second = await waitingPayment(shop)
  t.not(first.token, second.token)
  shop.server.pay(second.token)
  t.match(factsOf(await shop.gateway.lookup(first.payment)), [{ kind: 'open', reference: first.token }])
  t.match(factsOf(await shop.gateway.lookup(second.payment)), [{ kind: 'succeeded' }])
  t.match(await shop.gateway.charge(aRequest()), { kind: 'requires_action' })
})
