import t from 'tap'
import { aCause, aDispute, aRefund, aRefundId } from '../../../support/builders.js'
import { error } from '../../../support/stripe-server.js'
import { factsOf, openShop, paidPayment } from './support.js'

const [one, two, three] = [aRefundId('a'), aRefundId('b'), aRefundId('c')]

t.test('refunds: several parts, one that fails later, one from the dashboard, and those that are refused', async (t) => {
  const shop = await openShop(t)
  const { gateway, server } = shop
  const payment = await paidPayment(shop)
  server.alter = (answer) => answer['object'] === 'refund' ? { ...answer, status: 'pending' } : answer
  t.same(await gateway.refund({ payment, refundId: one, amount: 4_000 }), { kind: 'pending', reference: 're_1000' })
  server.alter = (answer) => answer
  t.same(await gateway.refund({ payment, refundId: two, amount: 6_000 }), { kind: 'succeeded', reference: 're_1001' })
  Object.assign(server.refunds[0] ?? {}, { status: 'failed', failure_reason: 'expired_or_canceled_card' })
  server.refunds.push({ id: 're_dashboard', amount: 100, currency: 'try', payment_intent: 'pi_1', metadata: { refundId: 'broken scarf' }, status: 'succeeded' })
  const answer = await gateway.lookup(payment)
  t.same(answer.kind === 'found' && answer.facts.slice(1), [
    {
      kind: 'refund', refundId: one, status: 'failed', amount: 4_000, currency: 'TRY', reference: 're_1000', charge: 'pi_1',
      failure: { code: 'expired_or_canceled_card', message: "the payer's card has expired or was canceled" },
    },
    { kind: 'refund', refundId: two, status: 'succeeded', amount: 6_000, currency: 'TRY', reference: 're_1001', charge: 'pi_1' },
    { kind: 'refund', refundId: null, status: 'succeeded', amount: 100, currency: 'TRY', reference: 're_dashboard', charge: 'pi_1' },
  ])
  server.forgetKeys()
  t.same(await gateway.refund({ payment, refundId: two, amount: 6_000 }), { kind: 'succeeded', reference: 're_1001' }, 'a refusal of a refund that was made is no failure')
  const sent = server.requests.length
  for (const [other, code] of [[{ providerReference: null }, 'no_charge'], [{ providerReference: 'cs_1' }, 'no_charge'], [{ currency: 'MGA' }, 'invalid_amount']] as const) {
    t.match(await gateway.refund({ payment: { ...payment, ...other }, refundId: three, amount: 50 }), { kind: 'failed', failure: { code, message: /./ } })
  }
  t.equal(server.requests.length, sent)
})

t.test('what was taken in another currency goes back in that currency', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  Object.assign(shop.server.intents.get('pi_1') ?? {}, { currency: 'usd' })
  const taken = { amount: 10_000, currency: 'USD', reference: 'pi_1', installments: 1 }
  t.match(await shop.gateway.refund({ payment: { ...payment, capturedAmount: 0, taken }, refundId: one, amount: 10_000 }), { kind: 'succeeded' })
})

t.test('a refund that Stripe refuses or that fails at once says why, by a code of Stripe', async (t) => {
  const shop = await openShop(t)
  const { gateway, server } = shop
  const payment = await paidPayment(shop)
  t.same(await gateway.refund({ payment, refundId: one, amount: 10_001 }), { kind: 'failed', failure: { code: 'charge_already_refunded', message: 'the charge was refunded already' } })
  server.disputes.push({ id: 'du_1', amount: 10_000, currency: 'try', payment_intent: 'pi_1', status: 'needs_response' })
  t.same(await gateway.refund({ payment, refundId: two, amount: 100 }), { kind: 'failed', failure: { code: 'charge_disputed', message: 'the payer disputes the charge' } })
  server.disputes.pop()
  for (const [code, failure] of [
    ['balance_insufficient', { code: 'balance_insufficient', message: 'the balance at Stripe does not cover the refund' }],
    ['a_new_code', { code: 'a_new_code', message: 'Stripe refused the refund' }],
    ['sk_live_<x>', { code: 'no_code', message: 'Stripe refused the refund' }],
  ] as const) {
    server.alter = (answer) => 'data' in answer ? { ...answer, data: [] } : error(400, 'invalid_request_error', code).body as Record<string, unknown>
    t.same(await gateway.refund({ payment, refundId: three, amount: 100 }), { kind: 'failed', failure })
  }
  server.alter = (answer) => answer['object'] === 'refund' ? { ...answer, status: 'failed', failure_reason: 'declined' } : answer
  t.match(await gateway.refund({ payment, refundId: aRefundId('d'), amount: 1 }), { kind: 'failed', reference: /^re_/, failure: { code: 'declined' } })
  server.alter = (answer) => answer['object'] === 'refund' ? { ...answer, status: 'canceled' } : answer
  const canceled = await gateway.refund({ payment, refundId: aRefundId('e'), amount: 1 })
  t.notOk('failure' in canceled, 'where it does not say why, nothing is made up')
})

t.test('every dispute is reported with its currency, inquiries included', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  const statuses = ['needs_response', 'under_review', 'appeal_needs_response', 'appeal_under_review', 'won', 'lost', 'prevented', 'warning_needs_response', 'warning_under_review', 'warning_closed', 'a_new_one']
  shop.server.disputes.push(...statuses.map((status) => ({ id: `du_${status}`, amount: 500, currency: 'usd', payment_intent: 'pi_1', status })))
  const told = factsOf(await shop.gateway.lookup(payment)).flatMap((fact) => fact.kind === 'dispute' ? [`${fact.disputeId} ${fact.status} ${fact.amount} ${fact.currency}`] : [])
  t.same(told, [
    'du_needs_response open 500 USD', 'du_under_review open 500 USD', 'du_appeal_needs_response open 500 USD', 'du_appeal_under_review open 500 USD',
    'du_won won 500 USD', 'du_lost lost 500 USD', 'du_prevented prevented 500 USD',
    'du_warning_needs_response warning 500 USD', 'du_warning_under_review warning 500 USD', 'du_warning_closed prevented 500 USD',
  ])
})

t.test('a long list is read to its end', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  for (let index = 0; index < 201; index++) shop.server.refunds.push({ id: `re_d${index}`, amount: 1, currency: 'try', payment_intent: 'pi_1', metadata: {}, status: 'succeeded' })
  t.equal(factsOf(await shop.gateway.lookup(payment)).length, 202)
})

t.test('the refunds and disputes of a second charge are reported with it', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  shop.server.refunds.push({ id: 're_second', amount: 10_000, currency: 'try', payment_intent: 'pi_2', metadata: {}, status: 'succeeded' })
  shop.server.disputes.push({ id: 'du_second', amount: 10_000, currency: 'try', payment_intent: 'pi_2', status: 'lost' })
  const causes = [
    aCause({ flag: 'duplicate_charge', reference: 'pi_2' }), aCause({ flag: 'duplicate_charge', reference: 'pi_2', amount: 1 }),
    aCause({ flag: 'duplicate_charge', reference: null }), aCause({ flag: 'duplicate_order', reference: 'pi_3' }),
  ]
  const sent = shop.server.requests.length
  const second = [{ kind: 'succeeded' }, { kind: 'refund', reference: 're_second', charge: 'pi_2', origin: 'provider' }, { kind: 'dispute', disputeId: 'du_second', charge: 'pi_2' }]
  t.match(factsOf(await shop.gateway.lookup({ ...payment, causes })), second)
  t.equal(shop.server.requests.length, sent + 5)
  for (const known of [{ refunds: [aRefund({ charge: 'pi_2' })] }, { disputes: [aDispute({ charge: 'pi_2' })] }]) t.match(factsOf(await shop.gateway.lookup({ ...payment, ...known })), second)
})

t.test('an answer about another refund, or an incomplete list, does not count', async (t) => {
  const shop = await openShop(t)
  const payment = await paidPayment(shop)
  for (const [index, changes] of [{ amount: 1 }, { currency: 'usd' }, { metadata: null }, { metadata: { refundId: aRefundId('z') } }, { status: 'odd' }, { id: 'a/b' }].entries()) {
    shop.server.alter = (answer) => ({ ...answer, ...changes })
    t.match(await shop.gateway.refund({ payment, refundId: aRefundId('abcdefgh'.charAt(index)), amount: 100 }), { kind: 'unknown' }, JSON.stringify(changes))
  }
  for (const object of ['refunds', 'disputes']) {
    for (const changes of [{ has_more: true }, { data: null }, { error: { type: 'invalid_request_error' } }]) {
      shop.server.alter = (answer) => answer['object'] === 'list' && lists(shop.server.requests.at(-1)?.path) === object ? { ...answer, ...changes } : answer
      t.match(await shop.gateway.lookup(payment), { kind: 'unknown', reason: new RegExp(object) }, JSON.stringify(changes))
    }
  }
})

const lists = (path = ''): string => path.startsWith('/v1/refunds') ? 'refunds' : 'disputes'

t.test('the payment behind a charge is ours, that of others, or not known', async (t) => {
  const shop = await openShop(t)
  const { server } = shop
  await paidPayment(shop)
  const paymentOf = async (reference: string) => await shop.gateway.paymentOf?.(reference)
  t.same(await paymentOf('pi_1'), { kind: 'found', paymentId: 'pay_1' })
  t.same(await paymentOf('pi_of_another_account'), { kind: 'not_found' })
  t.same(await paymentOf('py_1'), { kind: 'not_found' })
  for (const metadata of [{}, null, { paymentId: 'order 7' }]) {
    server.alter = (answer) => ({ ...answer, metadata })
    t.same(await paymentOf('pi_1'), { kind: 'not_found' }, JSON.stringify(metadata))
  }
  for (const changes of [{ id: 'pi_9' }, { error: { type: 'invalid_request_error', code: 'parameter_unknown' } }, { error: { type: 'api_error' } }]) {
    server.alter = (answer) => ({ ...answer, ...changes })
    t.match(await paymentOf('pi_1'), { kind: 'unknown' }, JSON.stringify(changes))
  }
})
