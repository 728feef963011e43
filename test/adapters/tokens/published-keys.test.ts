import * as jose from 'jose'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { publishedKeys } from '#adapters/tokens/published-keys.js'

const MINUTE_MS = 60_000

/** An issuer that publishes keys, a clock, and the question for a key. */
async function start (t: Test) {
  const pairs = Object.fromEntries(await Promise.all(['a', 'b'].map(async (kid) => {
    const { publicKey, privateKey } = await jose.generateKeyPair('ES256', { extractable: true })
    return [kid, { privateKey, jwk: { ...await jose.exportJWK(publicKey), kid, alg: 'ES256' } }] as const
  })))
  const state = { published: ['a'], isAway: false, requests: 0, now: 0 }
  const server = createServer((_request, response) => {
    state.requests++
    response.writeHead(state.isAway ? 500 : 200).end(JSON.stringify({ keys: state.published.map((kid) => pairs[kid]?.jwk) }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.closeAllConnections(); server.close() })
  const keys = publishedKeys(jose, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, () => state.now)
  const ask = async (kid: string, alg = 'ES256'): Promise<string> => {
    const header = { alg, kid }
    return await Promise.resolve(keys(header, { payload: '', signature: '' })).then(() => 'found', (error: unknown) => String((error as { code?: string }).code))
  }
  return { state, ask }
}

/** Resolves when the issuer was asked this often. */
async function asked ({ requests }: { readonly requests: number }, state: { requests: number }): Promise<void> {
  while (state.requests < requests) await new Promise((resolve) => { setImmediate(resolve) })
  // The answer is on its way.
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => { setImmediate(resolve) })
}

t.test('known keys outlive an outage of the issuer by a day', async (t) => {
  const { state, ask } = await start(t)
  t.equal(await ask('a'), 'found')
  state.isAway = true
  for (const hours of [1, 5, 23.9]) {
    state.now = hours * 60 * MINUTE_MS
    t.equal(await ask('a'), 'found', `${hours} hours later`)
  }
  state.now = 24 * 60 * MINUTE_MS + 1
  t.equal(await ask('a'), 'keys_unavailable')
  state.isAway = false
  t.equal(await ask('a'), 'keys_unavailable', 'the issuer is left alone for five seconds')
  state.now += 5000
  t.equal(await ask('a'), 'found')
})

t.test('an issuer that is away is asked once in five seconds, whatever tokens come', async (t) => {
  const { state, ask } = await start(t)
  state.isAway = true
  for (let count = 0; count < 20; count++) t.equal(await ask('junk'), 'keys_unavailable')
  t.equal(state.requests, 1)
  t.same(await Promise.all([ask('a'), ask('b')]), ['keys_unavailable', 'keys_unavailable'])
  state.now = 5000
  await Promise.all([ask('a'), ask('b')])
  t.equal(state.requests, 2, 'those who wait share one request')
})

t.test('an unknown key is looked up once in thirty seconds, and a new one is found then', async (t) => {
  const { state, ask } = await start(t)
  for (let count = 0; count < 20; count++) t.equal(await ask('junk'), 'ERR_JWKS_NO_MATCHING_KEY')
  t.equal(state.requests, 1)
  state.published = ['a', 'b']
  t.equal(await ask('b'), 'ERR_JWKS_NO_MATCHING_KEY')
  state.now = 30_000
  t.equal(await ask('b'), 'found')
  t.equal(state.requests, 2)
  state.now = 60_000
  state.isAway = true
  t.equal(await ask('junk'), 'ERR_JWKS_NO_MATCHING_KEY', 'the keys that are known decide')
})

t.test('a signature that its key refuses, and a header that no key fits, cause no further request', async (t) => {
  const { state, ask } = await start(t)
  t.equal(await ask('a'), 'found')
  state.now = 30_000
  t.equal(await ask('a', 'none'), 'ERR_JOSE_NOT_SUPPORTED')
  t.equal(state.requests, 1)
})

t.test('keys that are ten minutes old are fetched again beside the requests', async (t) => {
  const { state, ask } = await start(t)
  await ask('a')
  state.published = ['b']
  state.now = 10 * MINUTE_MS
  t.equal(await ask('a'), 'found', 'no request waits')
  await asked({ requests: 2 }, state)
  t.equal(await ask('b'), 'found')
  t.equal(await ask('a'), 'ERR_JWKS_NO_MATCHING_KEY', 'a key that is withdrawn counts no more')
})
