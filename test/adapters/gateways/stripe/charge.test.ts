import t from 'tap'
import { aRequest, aStripePayment, factsOf, openShop, paidPayment } from './support.js'

const FAILURE = { code: 'insufficient_funds', message: 'Your card has insufficient funds.' }

t.test('a token is charged at once: it has an outcome, or leads to the confirmation of the bank', async (t) => {
  const { gateway, server } = await openShop(t)
  const charged = async (token: string) => await gateway.charge(aRequest(token, aStripePayment({ paymentId: `pay_${token}` })))
  t.match(await charged('pm_3ds'), { kind: 'requires_action', nextAction: { type: 'redirect', url: 'https://hooks.stripe.example/3ds' } })
  t.match(await charged('pm_processing'), { kind: 'processing', reference: 'pi_2' })
  t.same(await charged('pm_declined'), { kind: 'failed', reference: 'pi_3', failure: FAILURE })
  t.same(await charged('pm_of_nobody'), { kind: 'refused', about: 'request', code: 'resource_missing' })
  const declined = aStripePayment({ paymentId: 'pay_pm_declined', providerReference: 'pi_3' })
  t.same(factsOf(await gateway.lookup(declined)), [{ kind: 'failed', reference: 'pi_3', failure: FAILURE }])
  Object.assign(server.intents.get('pi_3') ?? {}, { status: 'canceled' })
  t.same(factsOf(await gateway.lookup(declined)), [{ kind: 'canceled', reference: 'pi_3' }])
  t.same(await gateway.charge(aRequest('pm_card_visa', aStripePayment({ amount: 49 }))), { kind: 'refused', about: 'request', code: 'amount_too_small' })
})

t.test('a payment that Stripe confirmed under a forgotten key is read by its state', async (t) => {
  const shop = await openShop(t)
  await paidPayment(shop)
  shop.server.forgetKeys()
  shop.server.intents.set('pi_2', { ...shop.server.intents.get('pi_1'), id: 'pi_2' })
  shop.server.alter = (answer) => answer['status'] === 'requires_payment_method' ? { ...answer, id: 'pi_1' } : answer
  t.match(await shop.gateway.charge(aRequest()), { kind: 'succeeded', reference: 'pi_1' })
})

t.test('a payment whose reference is not known is canceled at Stripe, and its charge then fails', async (t) => {
  const { gateway, server } = await openShop(t)
  t.same(factsOf(await gateway.cancel(aStripePayment())), [{ kind: 'canceled', reference: 'pi_1' }])
  t.match(await gateway.charge(aRequest()), { kind: 'canceled', reference: 'pi_1' })
  t.same(server.effects(), { charges: 0, refunds: 0 })
})

const HOUR_S = 3_600

t.test('a payment whose reference is not known ends at Stripe also once Stripe has forgotten its key', async (t) => {
  const { gateway, server } = await openShop(t)
  t.same(await gateway.lookup(aStripePayment()), { kind: 'not_found' })
  server.forgetKeys()
  server.now += 25 * HOUR_S
  t.same(await gateway.lookup(aStripePayment()), { kind: 'not_found' })
  t.same(factsOf(await gateway.cancel(aStripePayment())), [{ kind: 'canceled', reference: 'pi_2' }])
  t.same([...server.intents.values()].map(({ status }) => status), ['canceled', 'canceled'])
})

t.test('money that was taken without an answer is found once Stripe has forgotten the key', async (t) => {
  for (const [token, known] of [['pm_card_visa', 'succeeded'], ['pm_processing', 'processing'], ['pm_3ds', 'requires_action'], ['pm_declined', 'failed']] as const) {
    const { gateway, server } = await openShop(t)
    await gateway.charge(aRequest(token))
    server.forgetKeys()
    server.now += 25 * HOUR_S
    t.match(factsOf(await gateway.lookup(aStripePayment())), [{ kind: known, reference: 'pi_1' }], token)
    const isUnderWay = known === 'succeeded' || known === 'processing'
    t.match(factsOf(await gateway.cancel(aStripePayment())), [isUnderWay ? { kind: known, reference: 'pi_1' } : { kind: 'canceled' }], `${token}, to be canceled`)
  }
})

t.test('nothing is certain without the key while the search may be late, or where it does not find all', async (t) => {
  const { gateway, server } = await openShop(t)
  server.now += 25 * HOUR_S - 3
  t.match(await gateway.lookup(aStripePayment()), { kind: 'unknown', reason: /not yet/ })
  server.forgetKeys()
  server.now += HOUR_S
  for (const changes of [{ has_more: true }, { data: null }, { error: { type: 'invalid_request_error', code: 'search_not_available' } }]) {
    server.alter = (answer) => answer['object'] === 'search_result' ? { ...answer, ...changes } : answer
    t.match(await gateway.lookup(aStripePayment()), { kind: 'unknown', reason: /find all/ }, JSON.stringify(changes))
  }
  server.alter = (answer) => answer['object'] === 'search_result' ? { ...answer, data: [{ id: 'pi_9', metadata: { paymentId: 'pay_9' } }] } : answer
  t.same(await gateway.lookup(aStripePayment()), { kind: 'not_found' }, 'what it finds of others does not count')
})

t.test('a look-up without a reference is certain as long as Stripe remembers keys, and unknown for two hours after', async (t) => {
  const shop = await openShop(t)
  t.same(await shop.gateway.lookup(aStripePayment()), { kind: 'not_found' })
  shop.server.forgetKeys()
  shop.server.now += 23 * 60 * 60
  t.same(await shop.gateway.lookup(aStripePayment()), { kind: 'unknown', reason: 'Stripe may have forgotten the key of the payment, and does not yet find it without' })
  t.match(await shop.gateway.lookup(aStripePayment({ amount: 9_000 })), { kind: 'unknown' }, 'the key is of another request')
  t.match(await shop.gateway.lookup(aStripePayment({ paymentId: 'pay_2', amount: 49 })), { kind: 'unknown', reason: /amount_too_small/ })
  t.same(shop.server.effects(), { charges: 0, refunds: 0 })
})

t.test('an answer about another payment, another amount or in another shape does not count', async (t) => {
  const altered: ReadonlyArray<Record<string, unknown>> = [
    { id: 'pi_1/../x' }, { metadata: { paymentId: 'pay_9' } }, { amount: 9_999 }, { currency: 'usd' }, { currency: 'xxx' }, { amount: 10.5 },
    { status: 'considered' }, { status: 'requires_confirmation' },
    { status: 'requires_action', next_action: { type: 'redirect_to_url', redirect_to_url: { url: 'javascript:alert(1)' } } },
  ]
  for (const changes of altered) {
    const { gateway, server } = await openShop(t)
    server.alter = (answer) => ({ ...answer, ...changes })
    t.match(await gateway.charge(aRequest('pm_processing')), { kind: 'unknown' }, JSON.stringify(changes))
    t.equal(server.effects().charges, 0)
  }
  const shop = await openShop(t)
  shop.server.alter = (answer) => answer['status'] === 'succeeded' ? { ...answer, amount_received: 9_000 } : answer
  t.match(await shop.gateway.charge(aRequest()), { kind: 'succeeded', amount: 9_000 }, 'money that was taken is told as it is')
  for (const changes of [{ id: 'pi_9' }, { metadata: {} }, { error: { type: 'invalid_request_error', code: 'resource_missing' } }]) {
    shop.server.alter = (answer) => ({ ...answer, ...changes })
    t.match(await shop.gateway.lookup(aStripePayment({ providerReference: 'pi_1' })), { kind: 'unknown' }, JSON.stringify(changes))
  }
})

t.test('a page is open until its payer has paid, whatever was declined on it, and then its payment counts', async (t) => {
  const { gateway, server } = await openShop(t)
  const opened = { kind: 'requires_action', reference: 'cs_test_1', nextAction: { type: 'redirect', url: 'https://checkout.stripe.com/c/pay/cs_test_1', expiresAt: '2026-03-02T12:00:01.000Z' } }
  t.same(await gateway.charge(aRequest(null)), opened)
  const waiting = aStripePayment({ providerReference: 'cs_test_1' })
  t.same(factsOf(await gateway.lookup(waiting)), [opened])
  for (const changes of [{ amount_total: 1 }, { currency: 'usd' }, { client_reference_id: 'pay_9' }, { id: 'cs_9' }, { id: 'x' }, { url: 'http://a.example' }, { status: 'odd' }, { status: 'complete' }]) {
    server.alter = (answer) => ({ ...answer, ...changes })
    t.match(await gateway.lookup(waiting), { kind: 'unknown' }, JSON.stringify(changes))
  }
  server.alter = (answer) => ({ ...answer, status: 'expired' })
  t.same(factsOf(await gateway.lookup(waiting)), [{ kind: 'canceled', reference: 'cs_test_1' }])
  server.alter = (answer) => answer
  server.pay('cs_test_1', { status: 'requires_payment_method' })
  t.match(await gateway.lookup(waiting), { kind: 'unknown' })
  Object.assign(server.intents.get('pi_1') ?? {}, { status: 'succeeded' })
  t.same(factsOf(await gateway.lookup(waiting)), [{ kind: 'succeeded', reference: 'pi_1', amount: 10_000, currency: 'TRY' }])
  t.match(await gateway.charge(aRequest(null, aStripePayment({ paymentId: 'pay_2', amount: 49 }))), { kind: 'refused', about: 'request', code: 'amount_too_small' })
})

t.test('a charge that Stripe does not accept is refused before anything is sent', async (t) => {
  const { gateway, server } = await openShop(t)
  const check = (currency: string, amount: number, token: string | null = null) => { gateway.check(aRequest(token, aStripePayment({ currency, amount }))) }
  t.doesNotThrow(() => { check('TRY', 1, 'pm_card_visa') })
  t.throws(() => { check('LYD', 1_000) }, { code: 'unsupported_currency' })
  t.throws(() => { check('KWD', 10_005) }, { code: 'invalid_amount' })
  t.throws(() => { check('MGA', 150) }, { code: 'invalid_amount' })
  t.throws(() => { check('TRY', 100, 'tok_visa') }, { code: 'payment_method_invalid' })
  await t.rejects(gateway.charge(aRequest(null, aStripePayment({ currency: 'LYD' }))), { code: 'unsupported_currency' }, 'unchecked, it is a fault of ours')
  t.same(server.requests, [])
})

t.test('amounts are converted into those of Stripe, and back', async (t) => {
  for (const [currency, ours, theirs] of [['TRY', 10_050, 10_050], ['JPY', 500, 500], ['KWD', 5_120, 5_120], ['ISK', 500, 50_000], ['UGX', 500, 50_000], ['HUF', 10_045, 10_045], ['TWD', 80_045, 80_045], ['MGA', 50_000, 500]] as const) {
    const { gateway, server } = await openShop(t)
    t.match(await gateway.charge(aRequest('pm_card_visa', aStripePayment({ currency, amount: ours }))), { kind: 'succeeded', amount: ours, currency })
    t.match(new URLSearchParams(server.requests[0]?.body.toString()).get('amount'), String(theirs), currency)
  }
})
