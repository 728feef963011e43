import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import t from 'tap'
import { lately, ORDER_CLAIMS, ORDER_SECRET, signOrder } from '../../../support/order-tokens.js'
import { as, JWT_SECRET, key, startService, type Answer, type TestService } from '../../../support/service.js'

const ada = as('ada')
const SIGNED = { env: { ORDERS: 'signed', ORDER_TOKEN_SECRETS: `another-secret-of-this-shop-for-its-orders,${ORDER_SECRET}` } }
const tokenOf = (claims: object = {}): string => signOrder({ ...ORDER_CLAIMS, ...lately(), ...claims })

async function pay ({ call }: TestService, orderToken: unknown, fields: object = {}, idempotencyKey = 'k-1'): Promise<Answer> {
  return await call('POST', '/api/payments/process', { ...ada, ...key(idempotencyKey) }, { paymentMethod: { token: 'tok_ok' }, ...(orderToken === undefined ? {} : { orderToken }), ...fields })
}

t.test('an order token is all that a payment has to say of its order', async t => {
  const service = await startService(t, SIGNED)
  const items = [{ name: 'Mavi atkı', quantity: 4, unitAmount: 2_500 }]
  const paid = await pay(service, tokenOf({ items, sub: 'ada' }))
  t.match(paid, { status: 201, body: { status: 'succeeded', orderId: 'order-1', amount: 10_000, currency: 'TRY', sellerId: 'sela', items } })
  t.match(await pay(service, tokenOf({ items, sub: 'ada', ...lately(Math.floor(Date.now() / 1000) - 60) }), { amount: 10_000, currency: 'TRY', orderId: 'order-1', sellerId: 'sela', items }), {
    status: 200, headers: { 'idempotent-replayed': 'true' }, body: paid.body,
  })
})

t.test('a payment that the shop has not signed so is refused with a code that says why, and nothing is stored', async t => {
  const service = await startService(t, SIGNED)
  const order = { amount: 10_000, currency: 'TRY', orderId: 'order-1' }
  const day = 86_400
  const now = Math.floor(Date.now() / 1000)
  const refusals: Array<[code: string, token: unknown, fields?: object]> = [
    ['order_token_required', undefined, order],
    ['order_token_mismatch', tokenOf(), { amount: 1 }],
    ['order_token_mismatch', tokenOf(), { sellerId: 'bora' }],
    ['order_token_mismatch', tokenOf({ sub: 'bora' })],
    ['order_token_expired', tokenOf({ iat: now - 60, exp: now - 1 })],
    ['self_payment', tokenOf({ sellerId: 'ada' })],
    ['items_total_mismatch', tokenOf({ items: [{ name: 'Scarf', quantity: 1, unitAmount: 1 }] })],
    ['unsupported_currency', tokenOf({ currency: 'XXX' })],
    ['invalid_order_token', signOrder({ ...ORDER_CLAIMS, ...lately() }, JWT_SECRET)],
    ['invalid_order_token', `${tokenOf()}x`],
    ['invalid_order_token', ada['authorization']?.slice('Bearer '.length)],
    ['invalid_order_token', tokenOf({ aud: 'basvideo-api' })],
    ['invalid_order_token', tokenOf({ exp: now + day + 1 })],
    ['invalid_order_token', tokenOf({ iat: now + 600, exp: now + 700 })],
    ['invalid_order_token', tokenOf({ amount: 100.5 })],
    ['invalid_order_token', tokenOf({ amount: '10000' })],
    ['invalid_order_token', tokenOf({ items: Array(101).fill({ name: 'x', quantity: 1, unitAmount: 99 }) })],
  ]
  for (const [code, token, fields] of refusals) {
    const { status, body, text } = await pay(service, token, fields)
    t.match([status, body.code], [422, code], JSON.stringify(fields ?? token))
    if (typeof token === 'string') t.notOk(text.includes(token), 'the token is not repeated')
  }
  for (const token of ['', 'a.b', 'a.b.c.d', 'a b.c.d', 'ş.b.c', 7, null, `a.${'b'.repeat(50_000)}.c`]) {
    t.match(await pay(service, token, order), { status: 400, body: { code: 'validation_failed' } }, String(token).slice(0, 20))
  }
  t.match(await pay(service, undefined, { amount: 10_000, currency: 'TRY' }), { status: 400, body: { errors: [{ pointer: '/body/orderId' }] } }, 'without a token every field is needed')
  t.same((await service.call('GET', '/api/payments', ada)).body.items, [])
  t.notOk(service.logs.join('').includes('eyJ'), 'no token is in the log')
})

t.test('the largest order fits into a token, and a larger one is too large', async t => {
  const service = await startService(t, SIGNED)
  const items = (length: number) => Array.from({ length: 100 }, () => ({ name: 'ş'.repeat(length), quantity: 1, unitAmount: 100 }))
  t.match(await pay(service, tokenOf({ items: items(120) })), { status: 201, body: { items: items(120) } })
  t.match(await pay(service, tokenOf({ items: items(240) }), {}, 'k-2'), { status: 413, body: { code: 'payload_too_large' } })
})

t.test('while the keys of the shop cannot be fetched, its orders are neither paid nor refused', async t => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let status = 500
  const shop = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'e', alg: 'ES256' }] }))
  }).listen(0, '127.0.0.1')
  await once(shop, 'listening')
  t.teardown(() => { shop.close() })
  const options = { env: { ORDERS: 'signed', ORDER_TOKEN_SECRETS: '', ORDER_JWKS_URL: `http://127.0.0.1:${(shop.address() as AddressInfo).port}/keys` } }
  const service = await startService(t, options)
  const token = await new SignJWT({ ...ORDER_CLAIMS, ...lately() }).setProtectedHeader({ alg: 'ES256', kid: 'e' }).sign(privateKey)
  t.match(await pay(service, token), { status: 503, headers: { 'retry-after': '5' }, body: { code: 'keys_unavailable' } })
  t.same((await service.call('GET', '/api/payments', ada)).body.items, [])
  status = 200
  // This one has not asked the shop in vain a moment ago.
  const other = await startService(t, options)
  t.match(await pay(other, token), { status: 201, body: { status: 'succeeded' } })
  t.match(await pay(other, tokenOf(), {}, 'k-2'), { status: 422, body: { code: 'invalid_order_token' } }, 'no secret is configured')
})

t.test('a payer who names themselves as the seller pays nothing that they could take back', async t => {
  const service = await startService(t)
  t.match(await pay(service, undefined, { amount: 10_000, currency: 'TRY', orderId: 'order-1', sellerId: 'ada' }), { status: 422, body: { code: 'self_payment' } })
  t.same((await service.call('GET', '/api/payments', ada)).body.items, [])
})
