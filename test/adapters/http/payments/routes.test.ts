import t from 'tap'
import { PROBLEMS } from '#adapters/http/shared/problems.js'
import { DomainError } from '#domain/errors.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../../support/builders.js'
import { held, ScriptedGateway } from '../../../support/scripted-gateway.js'
import { adminToken, adminUser, as, key, startService, type Answer, type Headers, type TestService } from '../../../support/service.js'
import type { ChargeAnswer } from '#application/ports/payment-gateway.js'

const ada = as('ada')
const sela = as('sela')
const yaban = as('yaban')

const REQUEST = { amount: 12_500, currency: 'TRY', sellerId: 'sela', paymentMethod: { token: 'tok_ok' } }

async function pay ({ call }: TestService, idempotencyKey: string, overrides: Record<string, unknown> = {}, who: Headers = ada): Promise<Answer> {
  return await call('POST', '/api/payments/process', { ...who, ...key(idempotencyKey) }, { ...REQUEST, orderId: idempotencyKey.replaceAll('"', ''), ...overrides })
}

async function refund ({ call }: TestService, { body }: Answer, who: Headers, idempotencyKey: string, request: Record<string, unknown> = {}): Promise<Answer> {
  return await call('POST', `/api/payments/${body.paymentId}/refund`, { ...who, ...key(idempotencyKey) }, request)
}

t.test('a payment succeeds, and its payer, its seller and administrators see it', async t => {
  const service = await startService(t)
  const paid = await pay(service, 'k-1', {
    description: 'Blue scarf',
    items: [{ name: 'Scarf', quantity: 1, unitAmount: 12_500 }],
    metadata: { streamId: 'live-7' },
    buyer: { name: 'Ada', surname: 'Yılmaz', email: 'ada@example.com', identityNumber: '11111111110', address: 'Sokak 1', city: 'İzmir', country: 'Türkiye' },
    shippingAddress: { contactName: 'Ada', address: 'Sokak 1', city: 'İzmir', country: 'Türkiye' },
  })
  t.equal(paid.status, 201)
  t.match(paid.body, {
    paymentId: /^pay_[a-z2-7]{52}$/,
    orderId: 'k-1',
    userId: 'ada',
    sellerId: 'sela',
    amount: 12_500,
    currency: 'TRY',
    status: 'succeeded',
    refundedAmount: 0,
    refunds: [],
    disputes: [],
    provider: 'simulator',
    providerReference: /^sim_/,
    nextAction: null,
    failure: null,
    flags: [],
    description: 'Blue scarf',
    items: [{ name: 'Scarf', quantity: 1, unitAmount: 12_500 }],
    metadata: { streamId: 'live-7' },
    shippingAddress: { city: 'İzmir' },
  })
  for (const inner of ['lease', 'fingerprint', 'version', 'capturedAmount', 'buyerEmail', 'identityNumber', 'ada@example.com', '11111111110']) {
    t.notOk(paid.text.includes(inner), `${inner} is not shown`)
  }
  for (const who of [ada, sela, adminUser, adminToken]) t.same((await service.call('GET', `/api/payments/${paid.body.paymentId}`, who)).body, paid.body)
  t.match(await service.call('GET', `/api/payments/${paid.body.paymentId}`, yaban), { status: 404, body: { code: 'not_found' } })
})

t.test('the same key is the same payment; with another request it is refused', async t => {
  const service = await startService(t)
  const first = await pay(service, 'k-1')
  const again = await pay(service, '"k-1"')
  t.same([first.status, again.status, again.headers['idempotent-replayed']], [201, 200, 'true'])
  t.same(again.body, first.body)
  t.match(await pay(service, 'k-1', { amount: 1 }), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.equal((await pay(service, 'k-1', {}, yaban)).status, 201, 'a key belongs to its payer')
  t.equal((await service.call('GET', '/api/payments', ada)).body.items.length, 1)
})

t.test('a payment that the payer has to continue holds the address of a page, which settles it', async t => {
  const service = await startService(t, { listen: true })
  for (const [decision, status] of [['approve', 'succeeded'], ['refuse', 'failed']] as const) {
    const started = await pay(service, decision, { paymentMethod: { token: 'tok_requires_action' } })
    t.match(started, { status: 201, body: { status: 'requires_action', nextAction: { type: 'redirect' } } })
    const { url } = started.body['nextAction'] as { url: string }
    t.ok(url.startsWith(`${service.url()}/simulator/pay/sim_`))
    const seen = async (viewer: Headers) => (await service.call('GET', `/api/payments/${started.body.paymentId}`, viewer)).body['nextAction']
    t.same([await seen(sela), await seen(ada)], [null, { type: 'redirect', url }], 'the address is the payer\'s, who approves there, and not the seller\'s')
    const page = await fetch(url)
    t.equal(page.status, 200)
    t.match(await page.text(), /125\.00 TRY/)
    await (await fetch(url, { method: 'POST', body: new URLSearchParams({ decision }) })).text()
    const { body } = await service.call('GET', `/api/payments/${started.body.paymentId}`, ada)
    t.match(body, { status, nextAction: null })
  }
  const declined = await pay(service, 'refuse', { paymentMethod: { token: 'tok_requires_action' } })
  t.match(declined, { status: 402, headers: { 'idempotent-replayed': 'true' }, body: { code: 'payment_declined', declineCode: 'refused_by_payer' } })
  t.match(await pay(service, 'page', { paymentMethod: undefined }), { status: 201, body: { status: 'requires_action' } }, 'without a token the page of the provider takes the card')
})

t.test('a decline is a problem that carries the payment and the reason, again for each repeat', async t => {
  const service = await startService(t)
  for (const [token, code] of [['tok_declined', 'card_declined'], ['tok_insufficient_funds', 'insufficient_funds'], ['tok_of_nobody', 'invalid_payment_method']] as const) {
    for (const replayed of [undefined, 'true']) {
      const { status, headers, body } = await pay(service, token, { paymentMethod: { token } })
      t.equal(status, 402)
      t.equal(headers['idempotent-replayed'], replayed)
      t.match(body, { code: 'payment_declined', declineCode: code, payment: { status: 'failed', failure: { code }, amount: 12_500 } })
    }
  }
})

t.test('an unknown outcome is 202 with the address of the payment', async t => {
  const service = await startService(t)
  const unknown = await pay(service, 'k-1', { paymentMethod: { token: 'tok_error' } })
  t.match(unknown, { status: 202, headers: { location: `/api/payments/${unknown.body.paymentId}` }, body: { status: 'pending', failure: null } })
  const lost = await pay(service, 'k-2', { paymentMethod: { token: 'tok_timeout_charged' } })
  t.equal(lost.status, 202)
  const found = await pay(service, 'k-2', { paymentMethod: { token: 'tok_timeout_charged' } })
  t.match(found, { status: 200, headers: { 'idempotent-replayed': 'true' }, body: { status: 'succeeded', paymentId: lost.body.paymentId } }, 'the repeat asks the provider')
})

t.test('a repeat while the first request is in progress is 409 with Retry-After', async t => {
  const gateway = new ScriptedGateway()
  const slow = held<ChargeAnswer>()
  gateway.willCharge(slow.step)
  const service = await startService(t, { replacements: { gateways: [gateway] } })
  const first = pay(service, 'k-1')
  await slow.called
  const early = await pay(service, 'k-1')
  t.match(early, { status: 409, body: { code: 'request_in_progress' } })
  t.ok(Number(early.headers['retry-after']) > 0)
  slow.release({ kind: 'failed', reference: 'ref-1', failure: { code: 'no', message: 'no' } })
  t.equal((await first).status, 402)
  t.equal(gateway.charges.length, 1)
})

t.test('a payment that is canceled is a decline without a code', async t => {
  const gateway = new ScriptedGateway().willCharge({ kind: 'canceled', reference: 'ref-1' })
  const service = await startService(t, { replacements: { gateways: [gateway] } })
  const canceled = await pay(service, 'k-1')
  t.match(canceled, { status: 402, body: { code: 'payment_declined', detail: 'the payment was canceled', payment: { status: 'canceled' } } })
  t.notOk('declineCode' in canceled.body)
})

t.test('payments are listed by status and page, and a cursor belongs to its filter', async t => {
  let milliseconds = 0
  const service = await startService(t, { replacements: { clock: () => laterBy(START, milliseconds++) } })
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.unshift((await pay(service, `k-${i}`)).body.paymentId)
  await pay(service, 'declined', { paymentMethod: { token: 'tok_declined' } })
  const first = await service.call('GET', '/api/payments?status=succeeded&limit=3', ada)
  const second = await service.call('GET', `/api/payments?status=succeeded&limit=3&cursor=${first.body.nextCursor}`, ada)
  t.same([...first.body.items, ...second.body.items].map(({ paymentId }) => paymentId), ids)
  t.equal(second.body.nextCursor, null)
  t.equal((await service.call('GET', '/api/payments', ada)).body.items.length, 6)
  t.same((await service.call('GET', '/api/payments', sela)).body.items, [], 'what the user has paid, not what they were paid')
  t.match(await service.call('GET', `/api/payments?cursor=${first.body.nextCursor}`, ada), { status: 400, body: { code: 'invalid_cursor' } })
})

t.test('the seller and administrators refund a part, then what is left, never more, once per key', async t => {
  const service = await startService(t)
  const paid = await pay(service, 'k-1')
  t.match(await refund(service, paid, ada, 'r-1', { amount: 100 }), { status: 403, body: { code: 'forbidden' } })
  t.match(await refund(service, paid, yaban, 'r-1', { amount: 100 }), { status: 404, body: { code: 'not_found' } })
  const part = await refund(service, paid, sela, 'r-1', { amount: 2_500, reason: 'one arrived broken' })
  t.match(part, { status: 201, body: { status: 'partially_refunded', refundedAmount: 2_500, refunds: [{ refundId: /^re_/, amount: 2_500, status: 'succeeded', reason: 'one arrived broken' }] } })
  t.match(await refund(service, paid, sela, 'r-1', { amount: 2_500, reason: 'one arrived broken' }), { status: 200, headers: { 'idempotent-replayed': 'true' }, body: { refundedAmount: 2_500 } })
  t.match(await refund(service, paid, sela, 'r-1', { amount: 1 }), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match(await refund(service, paid, adminUser, 'r-2', { amount: 10_001 }), { status: 422, body: { code: 'refund_exceeds_captured' } })
  t.match(await refund(service, paid, adminUser, 'r-2', { amount: 1, providerReference: 'ch_other' }), { status: 409, body: { code: 'payment_not_refundable' } })
  t.match(await refund(service, paid, adminUser, 'r-2', { amount: 1, providerReference: 'two words' }), { status: 400 })
  t.match(await refund(service, paid, adminUser, 'r-3', { amount: 5_000, providerReference: paid.body['providerReference'] }), { status: 201, body: { refundedAmount: 7_500 } })
  t.match(await refund(service, paid, adminToken, 'r-4'), { status: 201, body: { status: 'refunded', refundedAmount: 12_500 } })
  t.match(await refund(service, paid, adminToken, 'r-5'), { status: 409, body: { code: 'payment_not_refundable' } })
  const declined = (await pay(service, 'k-2', { paymentMethod: { token: 'tok_declined' } })).body['payment'] as { paymentId: string }
  t.match(await service.call('POST', `/api/payments/${declined.paymentId}/refund`, { ...adminToken, ...key('r-1') }, {}), { status: 409, body: { code: 'payment_not_refundable' } })
})

t.test('the outcome of a refund may be unknown, or a refusal for good', async t => {
  const gateway = new ScriptedGateway()
  gateway.willCharge({ kind: 'succeeded', reference: 'ref-1', amount: 12_500, currency: 'TRY' }).willRefund({ kind: 'pending' }, { kind: 'failed' }, { kind: 'failed', failure: { code: 'balance_insufficient', message: 'the balance does not cover it' } })
    .willLookup({ kind: 'not_found' }, { kind: 'not_found' })
  const service = await startService(t, { replacements: { gateways: [gateway] } })
  const paid = await pay(service, 'k-1')
  const pending = await refund(service, paid, sela, 'r-1', { amount: 2_500 })
  t.match(pending, { status: 202, headers: { location: `/api/payments/${paid.body.paymentId}` }, body: { refundedAmount: 0, refunds: [{ status: 'pending' }] } })
  const unexplained = await refund(service, paid, sela, 'r-2', { amount: 100 })
  t.match(unexplained, { status: 422, body: { code: 'refund_failed', detail: /for good$/, payment: { refundedAmount: 0 } } })
  t.notOk('declineCode' in unexplained.body)
  t.match(await refund(service, paid, sela, 'r-3', { amount: 100 }), {
    status: 422,
    body: { code: 'refund_failed', declineCode: 'balance_insufficient', detail: /for good: the balance does not cover it$/, payment: { refunds: [{}, {}, { failure: { code: 'balance_insufficient' } }] } },
  })
})

t.test('a request that breaks a business rule is refused with the code of the rule', async t => {
  const service = await startService(t, { env: { PUBLIC_URL: 'https://pay.example' } })
  const refusals: Array<[code: keyof typeof PROBLEMS, request: Record<string, unknown>]> = [
    ['items_total_mismatch', { items: [{ name: 'Scarf', quantity: 2, unitAmount: 12_500 }] }],
    ['unsupported_currency', { currency: 'XXX' }],
    ['unknown_provider', { provider: 'nobody' }],
    ['return_url_not_allowed', { returnUrl: 'https://evil.example/back' }],
    ['metadata_too_large', { metadata: { text: 'x'.repeat(8192) } }],
    ['card_number', { description: 'take 4242 4242 4242 4242' }],
  ]
  for (const [code, request] of refusals) t.match(await pay(service, 'k-1', request), { status: PROBLEMS[code].status, body: { code } }, code)
  t.same((await service.call('GET', '/api/payments', ada)).body.items, [])
  t.equal((await pay(service, 'k-1', { returnUrl: 'https://pay.example/back' })).status, 201, 'our own origin is allowed')
})

t.test('a store that does not answer is 503, and an unexpected error is logged and answered with a 500 that does not describe it', async t => {
  const gateway = new ScriptedGateway().willCharge(new DomainError('store_unavailable', 'the store is away', { retryAfterS: 2 }), new Error('the secret reason'))
  const service = await startService(t, { replacements: { gateways: [gateway] } })
  t.match(await pay(service, 'k-1'), { status: 503, headers: { 'retry-after': '2' }, body: { code: 'store_unavailable' } })
  const failed = await pay(service, 'k-2')
  t.match(failed, { status: 500, body: { code: 'internal_error' } })
  t.notMatch(failed.text, /secret reason/)
  t.match(service.logs.join(''), /secret reason/)
})

t.test('an order that another payment holds is 409 with that payment, and is charged once more if its payer wants that', async t => {
  const service = await startService(t)
  const [paid, open] = [await pay(service, 'k-1', { orderId: 'paid' }), await pay(service, 'k-2', { orderId: 'open', paymentMethod: { token: 'tok_processing+lost' } })]
  const { status, headers, body } = await pay(service, 'k-3', { orderId: 'paid' })
  t.match({ status, body }, { status: 409, body: { code: 'order_already_paid', payment: paid.body } })
  t.same([headers['retry-after'], headers['idempotent-replayed']], [undefined, undefined])
  t.match(await pay(service, 'k-4', { orderId: 'open' }), { status: 409, headers: { 'retry-after': '30' }, body: { code: 'order_payment_open', payment: open.body } })
  t.match(await pay(service, 'k-3', { orderId: 'paid', allowAnother: true }), { status: 201, body: { status: 'succeeded' } })
  const page = { orderId: 'page', paymentMethod: { token: 'tok_requires_action' } }
  const first = await pay(service, 'k-5', page)
  const offered = await pay(service, 'k-6', page)
  t.match(offered, { status: 409, body: { code: 'order_payment_open', payment: first.body } }, 'the open page is offered again')
  t.equal(offered.headers['retry-after'], undefined)
  t.match(await pay(service, 'k-7', { ...page, amount: 1_000 }), { status: 201, body: { status: 'requires_action', amount: 1_000 } })
  t.match(await service.call('GET', `/api/payments/${first.body.paymentId}`, ada), { body: { status: 'canceled' } }, 'the older page is closed')
})

t.test('a payer who has card after card declined has to wait, and their repeats are answered', async (t) => {
  const { call } = await startService(t)
  const order = { amount: 100, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_declined' } }
  const tried = async (name: string) => await call('POST', '/api/payments/process', { ...ada, ...key(name) }, order)
  for (let index = 0; index < 5; index++) t.equal((await tried(`k-${index}`)).status, 402)
  t.match(await tried('k-5'), { status: 429, headers: { 'retry-after': /^[12]$/ }, body: { code: 'too_many_attempts' } })
  t.match(await tried('k-0'), { status: 402, headers: { 'idempotent-replayed': 'true' } })
})
