import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CompactSign, type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose'
import t, { type Test } from 'tap'
import { makeOrderTokens, type OrderTokenOptions } from '#adapters/tokens/order-tokens.js'
import { ORDER_CLAIMS, ORDER_SECRET, signOrder } from '../../support/order-tokens.js'

const OLDER = 'the-secret-of-the-shop-before-that-one-was-made'
const ordersWith = (options: Partial<OrderTokenOptions>) => makeOrderTokens({ required: true, secrets: [], keysUrl: null, ...options })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function signed (alg: string, key: CryptoKey | Uint8Array, more: object = {}, payload = JSON.stringify(ORDER_CLAIMS)): Promise<string> {
  return await new CompactSign(bytes(payload)).setProtectedHeader({ alg, ...more }).sign(key)
}

async function keyPair (alg: string, kid: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, publicKey, privateKey, jwk: { ...await exportJWK(publicKey), kid, alg, use: 'sig' } }
}

/** The keys that a shop publishes, and how often they were fetched. */
async function published (t: Test, keys: readonly JWK[], status = 200) {
  const shop = { status, keys, requests: 0, url: '' }
  const server = createServer((_request, response) => {
    shop.requests++
    response.writeHead(shop.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: shop.keys }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  return Object.assign(shop, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys` })
}

t.test('a token that is signed with any of the secrets is accepted, whatever it says', async (t) => {
  const { verify, required } = ordersWith({ secrets: [ORDER_SECRET, OLDER] })
  t.equal(required, true)
  for (const secret of [ORDER_SECRET, OLDER]) t.same(await verify(signOrder(ORDER_CLAIMS, secret)), ORDER_CLAIMS)
  t.same(await verify(signOrder({ exp: 1, iat: 'never', nbf: 1e12 })), { exp: 1, iat: 'never', nbf: 1e12 }, 'times are not the matter of a signature')
})

t.test('a token that is signed with a published key is accepted: RS256, ES256 and EdDSA', async (t) => {
  const keys = await Promise.all([['RS256', 'r'], ['ES256', 'e'], ['EdDSA', 'd']].map(async ([alg = '', kid = '']) => await keyPair(alg, kid)))
  const shop = await published(t, keys.map(({ jwk }) => jwk))
  const { verify } = ordersWith({ secrets: [ORDER_SECRET], keysUrl: shop.url })
  for (const { alg, kid, privateKey } of keys) t.same(await verify(await signed(alg, privateKey, { kid })), ORDER_CLAIMS, alg)
  t.same(await verify(signOrder(ORDER_CLAIMS)), ORDER_CLAIMS, 'and so is a secret beside them')
  t.equal(shop.requests, 1, 'the keys are fetched once')
})

t.test('nothing else is accepted: no other algorithm, key or form', async (t) => {
  const rsa = await keyPair('RS256', 'r')
  const stranger = await keyPair('RS256', 'r')
  const strong = await keyPair('RS512', 'strong')
  const shared = 'a shared key that a shop published by mistake'
  const shop = await published(t, [rsa.jwk, strong.jwk, { kty: 'oct', k: Buffer.from(shared).toString('base64url'), kid: 'oct', alg: 'HS256' }])
  const { verify } = ordersWith({ secrets: [ORDER_SECRET], keysUrl: shop.url })
  const right = signOrder(ORDER_CLAIMS)
  const [head = '', body = '', mac = ''] = right.split('.')
  const none = (alg: string) => Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url')
  const wrong: Record<string, string> = {
    'no algorithm': `${none('none')}.${body}.`,
    'no algorithm, in other letters': `${none('nOnE')}.${body}.${mac}`,
    'no algorithm over a right signature': `${none('none')}.${body}.${mac}`,
    'no signature': `${head}.${body}.`,
    'another secret': signOrder(ORDER_CLAIMS, OLDER),
    'an empty secret': signOrder(ORDER_CLAIMS, ''),
    'a longer digest with the secret': await signed('HS512', bytes(ORDER_SECRET)),
    'RS256 by name, signed with the secret': signOrder(ORDER_CLAIMS, ORDER_SECRET, { alg: 'RS256', kid: 'r' }),
    'HS256 with the public key as its secret': await signed('HS256', bytes(await exportSPKI(rsa.publicKey)), { kid: 'r' }),
    'HS256 with a published shared key': await signed('HS256', bytes(shared), { kid: 'oct' }),
    'a published key of another algorithm': await signed('RS512', strong.privateKey, { kid: 'strong' }),
    'an unknown key': await signed('RS256', stranger.privateKey, { kid: 'unknown' }),
    'a key of a stranger under a known name': await signed('RS256', stranger.privateKey, { kid: 'r' }),
    'a key that the token brings along': await signed('RS256', stranger.privateKey, { jwk: stranger.jwk, kid: 'r' }),
    'a critical header that nothing here knows': signOrder(ORDER_CLAIMS, ORDER_SECRET, { alg: 'HS256', crit: ['exp'], exp: 1 }),
    'other claims under the signature': `${head}.${Buffer.from(JSON.stringify({ ...ORDER_CLAIMS, amount: 1 })).toString('base64url')}.${mac}`,
    'another header': `${none('HS256')}x.${body}.${mac}`,
    'no claims': signOrder(null as unknown as object),
    'a number': signOrder(7 as unknown as object),
    'no JSON': await signed('HS256', bytes(ORDER_SECRET), {}, 'orderId=1'),
    'no dots': 'x',
    'two dots alone': '..',
    'a fourth part': `${right}.${mac}`,
  }
  for (const [name, token] of Object.entries(wrong)) await t.rejects(verify(token), { code: 'invalid_order_token' }, name)
  t.same(await verify(await signed('RS256', rsa.privateKey, { kid: 'r' })), ORDER_CLAIMS, 'the right one passes')
})

t.test('without a key no token is accepted, and an algorithm without a key fetches nothing', async (t) => {
  await t.rejects(ordersWith({}).verify(signOrder(ORDER_CLAIMS)), { code: 'invalid_order_token' })
  const shop = await published(t, [])
  await t.rejects(ordersWith({ keysUrl: shop.url }).verify(signOrder(ORDER_CLAIMS)), { code: 'invalid_order_token' })
  t.equal(shop.requests, 0)
})

t.test('while the shop does not publish its keys, its tokens are neither accepted nor refused', async (t) => {
  const { alg, kid, privateKey, jwk } = await keyPair('ES256', 'e')
  const shop = await published(t, [jwk], 500)
  let now = 0
  const { verify } = ordersWith({ secrets: [ORDER_SECRET], keysUrl: shop.url, nowMs: () => now })
  const token = await signed(alg, privateKey, { kid })
  await t.rejects(verify(token), { code: 'keys_unavailable', retryAfterS: 5 })
  t.same(await verify(signOrder(ORDER_CLAIMS)), ORDER_CLAIMS, 'a token of the secret needs no keys')
  shop.status = 200
  now = 4999
  await t.rejects(verify(token), { code: 'keys_unavailable' }, 'the shop is left alone for five seconds')
  now = 5000
  t.same(await verify(token), ORDER_CLAIMS)
  t.equal(shop.requests, 2)
})
