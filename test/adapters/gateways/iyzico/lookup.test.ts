import t from 'tap'
import { settleAll } from '#domain/payments/settlement.js'
import { START } from '../../../support/builders.js'
import { hmac, type IyzicoAnswer } from '../../../support/iyzico-server.js'
import { anIyzicoPayment, factsOf, gatewayAnswering, openShop, paidPayment, PATHS, REPORTED, signedBy, TOKEN, waitingPayment } from './support.js'

t.test('a success has the id of iyzico and the captured amount, however iyzico writes numbers', async (t) => {
  for (const amounts of ['number', 'decimals', 'text'] as const) {
    for (const [currency, amount] of [['TRY', 10_000], ['USD', 10_050], ['EUR', 1], ['TRY', 99_999_999_999]] as const) {
      const shop = await openShop(t)
      shop.server.amounts = amounts
      const { payment, token } = await waitingPayment(shop, anIyzicoPayment({ amount, currency }))
      shop.server.pay(token)
      const success = [{ kind: 'succeeded', reference: '24000000', amount, currency }]
      t.same(factsOf(await shop.gateway.lookup(payment)), success, `by token: ${amounts} ${amount} ${currency}`)
      t.same(factsOf(await shop.gateway.lookup({ ...payment, providerReference: null })), success, `by our reference: ${amounts} ${amount} ${currency}`)
    }
  }
})

/** The fields of a page's outcome and of a payment, as iyzico signs them. */
const FORM_FIELDS = ['paymentStatus', 'paymentId', 'currency', 'basketId', 'conversationId', 'paidPrice', 'price', 'token']
const PAYMENT_FIELDS = ['paymentId', 'currency', 'basketId', 'conversationId', 'paidPrice', 'price']
const PAID: Readonly<Record<string, string>> = {
  paymentStatus: 'SUCCESS', paymentId: '24478123', currency: 'TRY', basketId: 'order-1', conversationId: 'pay_1', paidPrice: '100', price: '100', token: TOKEN,
}

function outcome (fields: readonly string[], changed: Readonly<Record<string, string>> = {}): IyzicoAnswer {
  const answer = { ...PAID, fraudStatus: 1, ...changed }
  return signedBy(fields.map((name) => String((answer as IyzicoAnswer)[name])), answer)
}

t.test('an outcome counts only under the signature of iyzico over each of its fields', async (t) => {
  for (const [path, fields, providerReference] of [[PATHS.formDetail, FORM_FIELDS, TOKEN], [PATHS.paymentDetail, PAYMENT_FIELDS, null]] as const) {
    const good = outcome(fields)
    const payment = anIyzicoPayment({ providerReference })
    const success = { kind: 'found', facts: [{ kind: 'succeeded', reference: '24478123', amount: 10_000, currency: 'TRY' }] }
    t.same(await (await gatewayAnswering(t, { [PATHS.report]: REPORTED, [path]: good })).lookup(payment), success)
    const bad = [
      ...fields.map((name) => ({ ...good, [name]: '1' })),
      { ...good, signature: hmac(fields.map((name) => PAID[name]).join(':'), 'the key of a stranger') },
      { ...good, signature: '' },
      { ...good, signature: null },
    ]
    for (const answer of bad) {
      const gateway = await gatewayAnswering(t, { [PATHS.report]: REPORTED, [path]: answer })
      t.same(await gateway.lookup(payment), { kind: 'unknown', reason: 'the signature of the answer of iyzico is wrong' })
    }
  }
})

t.test('a signed outcome of another payment, or without an amount of money, does not count', async (t) => {
  const changes: ReadonlyArray<readonly [Readonly<Record<string, string>>, RegExp]> = [
    [{ conversationId: 'pay_2' }, /another payment/],
    [{ basketId: 'order-2' }, /another payment/],
    [{ paymentId: '' }, /another payment/],
    [{ paidPrice: '10.505' }, /paidPrice that is not an amount/],
    [{ paidPrice: '' }, /paidPrice that is not an amount/],
    [{ paidPrice: '0E-8' }, /paidPrice that is not an amount/],
    [{ currency: '' }, /paidPrice that is not an amount/],
    [{ fraudStatus: '' }, /fraud filters/],
    [{ fraudStatus: '2' }, /fraud filters/],
  ]
  for (const [changed, reason] of [...changes, [{ token: 'another' }, /another page/]] as const) {
    const gateway = await gatewayAnswering(t, { [PATHS.formDetail]: outcome(FORM_FIELDS, changed) })
    t.match(await gateway.lookup(anIyzicoPayment({ providerReference: TOKEN })), { kind: 'unknown', reason }, JSON.stringify(changed))
  }
  for (const [changed, reason] of [...changes, [{ paymentId: '24478124' }, /another payment/]] as const) {
    const gateway = await gatewayAnswering(t, { [PATHS.report]: REPORTED, [PATHS.paymentDetail]: outcome(PAYMENT_FIELDS, changed) })
    t.match(await gateway.lookup(anIyzicoPayment()), { kind: 'unknown', reason }, JSON.stringify(changed))
  }
})

t.test('a payment is not found only if we know no page and reporting knows nothing', async (t) => {
  const nothing: readonly IyzicoAnswer[] = [{ status: 'success', payments: [] }, { status: 'success' }, { status: 'success', payments: null }]
  for (const report of nothing) {
    const gateway = await gatewayAnswering(t, { [PATHS.report]: report })
    t.same(await gateway.lookup(anIyzicoPayment()), { kind: 'not_found' })
    t.match(await gateway.lookup(anIyzicoPayment({ providerReference: '24478123' })), { kind: 'unknown', reason: /does not show/ }, 'reporting runs late')
  }
  const attempt = { paymentId: 24_478_123, paymentStatus: 2, paymentConversationId: 'pay_1' }
  const unreadable: ReadonlyArray<readonly [IyzicoAnswer, RegExp]> = [
    [{ status: 'failure', errorCode: '5115' }, /refused a report, with code 5115/],
    [{ status: 'success', payments: 'none' }, /payments that is not a list/],
    [{ status: 'success', payments: [null] }, /payments that is not a list/],
    [{ status: 'success', payments: [{ ...attempt, paymentConversationId: 'pay_2' }] }, /another payment/],
    [{ status: 'success', payments: [{ ...attempt, paymentId: null }] }, /does not show/],
  ]
  for (const [report, reason] of unreadable) {
    const gateway = await gatewayAnswering(t, { [PATHS.report]: report })
    t.match(await gateway.lookup(anIyzicoPayment()), { kind: 'unknown', reason }, String(reason))
  }
})

t.test('attempts without success are not final, and a charge that iyzico does not confirm is not settled', async (t) => {
  const shop = await openShop(t)
  const { payment, token } = await waitingPayment(shop)
  shop.server.fail(token, '10051')
  const unknown = { ...payment, providerReference: null }
  t.same(factsOf(await shop.gateway.lookup(unknown)), [{ kind: 'open', reference: '24000000' }])
  shop.server.pay(token)
  t.same(factsOf(await shop.gateway.lookup(unknown)), [{ kind: 'succeeded', reference: '24000001', amount: 10_000, currency: 'TRY' }])
  t.same(factsOf(await shop.gateway.lookup({ ...payment, providerReference: '24000000' })), [{ kind: 'succeeded', reference: '24000001', amount: 10_000, currency: 'TRY' }])
  const gateway = await gatewayAnswering(t, { [PATHS.report]: REPORTED, [PATHS.paymentDetail]: { status: 'failure', errorCode: '5006' } })
  t.match(await gateway.lookup(unknown), { kind: 'unknown', reason: /won't|refused to answer for a payment, with code 5006/ })
})

t.test('a second charge of a payment is a fact beside the first, so that the payment is flagged', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  t.same(factsOf(await shop.gateway.lookup(payment)), [], 'of what is settled there is nothing new')
  for (let more = 0; more < 3; more++) {
    const { token } = await waitingPayment(shop, anIyzicoPayment())
    shop.server.pay(token)
  }
  const facts = factsOf(await shop.gateway.lookup(payment))
  t.match(facts, [{ kind: 'succeeded', reference: '24000001' }, { kind: 'succeeded', reference: '24000002' }])
  t.equal(facts.length, 2, 'a bounded number of calls')
  t.same(settleAll(payment, facts, START).payment.flags, ['duplicate_charge'])
  shop.server.refundInPanel('24000001', 10_000)
  const given = factsOf(await shop.gateway.lookup(payment)).filter(({ kind }) => kind === 'refund')
  t.match(given, [{ reference: '1', charge: '24000001', amount: 10_000, status: 'succeeded' }])
  const settled = settleAll(payment, given, START).payment
  t.match(settled, { status: 'succeeded', refundedAmount: 0, refunds: [{ charge: '24000001', amount: 10_000 }] }, 'its refund is recorded, and is none of the first')
  t.same(settleAll(settled, given, START).payment, settled, 'once')
})
