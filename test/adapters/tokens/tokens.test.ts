import { type CryptoKey, exportSPKI, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import t, { type Test } from 'tap'
import { makeSecretTokenSigner, makeSecretTokenVerifier } from '#adapters/tokens/own-tokens.js'
import { keyPair, signedToken, startIssuer } from '../../support/issuer.js'
import { startService } from '../../support/service.js'

const SECRET = { secret: 'a-secret-that-is-long-enough-for-anybody', issuer: 'basvideo', audience: 'basvideo-api' }

t.test('a token of this service is accepted for its lifetime', async t => {
  const verify = makeSecretTokenVerifier(SECRET)
  const token = makeSecretTokenSigner(SECRET, 60_000)({ sub: 'ada', role: 'admin' })
  for (const claims of [verify(token), verify(token)]) t.match(claims, { sub: 'ada', role: 'admin', iss: 'basvideo', aud: 'basvideo-api' })
  t.throws(() => verify(token.slice(0, -1)))
  for (const wrong of [{ secret: `${SECRET.secret}x` }, { issuer: 'other' }, { audience: 'other' }]) {
    const other = makeSecretTokenSigner({ ...SECRET, ...wrong }, 60_000)({ sub: 'ada' })
    for (let i = 0; i < 2; i++) t.throws(() => verify(other), JSON.stringify(wrong))
  }
  const { exp, iat } = verify(token)
  t.equal(Number(exp) - Number(iat), 60)
})

t.test('a remembered token is accepted until it expires, and no longer', async t => {
  const verify = makeSecretTokenVerifier(SECRET)
  const token = makeSecretTokenSigner(SECRET, 60_000)({ sub: 'ada' })
  t.equal(verify(token), verify(token), 'it is remembered')
  const inAMinute = Date.now() + 60_001
  t.intercept(Date, 'now', { value: () => inAMinute })
  t.throws(() => verify(token), { message: /expired/ })
})

t.test('more tokens than are remembered are accepted too', async t => {
  const verify = makeSecretTokenVerifier(SECRET)
  const sign = makeSecretTokenSigner(SECRET, 60_000)
  const first = sign({ sub: 'first' })
  const claims = verify(first)
  for (let i = 0; i < 10_000; i++) verify(sign({ sub: `user-${i}` }))
  t.same(verify(first), claims)
  t.not(verify(first), claims, 'the first was forgotten')
})

const CLAIMS: JWTPayload = { sub: 'ada', iss: 'https://id.example', aud: 'shop' }

async function signed (alg: string, kid: string, signingKey: CryptoKey | Uint8Array, claims: JWTPayload = CLAIMS, expires?: number): Promise<string> {
  return await signedToken(alg, kid, signingKey, claims, expires)
}

async function startWithKeys (t: Test, url: string) {
  const service = await startService(t, { env: { AUTH_MODE: 'jwks', JWKS_URL: url, JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'shop' } })
  const ask = async (token: string) => (await service.call('GET', '/api/messages', { authorization: `Bearer ${token}` })).status
  return { ...service, ask }
}

t.test('tokens of another issuer are accepted by its published keys: RS256, ES256 and EdDSA', async t => {
  const keys = await Promise.all([['RS256', 'r'], ['ES256', 'e'], ['EdDSA', 'd']].map(async ([alg = '', kid = '']) => await keyPair(alg, kid)))
  const other = await startIssuer(t)
  other.publish(keys.map(({ jwk }) => jwk))
  const { ask } = await startWithKeys(t, other.url)
  for (const { alg, kid, privateKey } of keys) t.equal(await ask(await signed(alg, kid, privateKey)), 200, alg)
  t.equal(other.requests(), 1, 'the keys are fetched once')
})

t.test('nothing else is accepted: no other algorithm, key, issuer, audience or time', async t => {
  const rsa = await keyPair('RS256', 'r')
  const stranger = await keyPair('RS256', 'r')
  const strong = await keyPair('RS512', 'strong')
  const other = await startIssuer(t)
  other.publish([rsa.jwk, strong.jwk, { kty: 'oct', k: Buffer.from('a shared key that somebody published').toString('base64url'), kid: 'oct', alg: 'HS256' }])
  const { ask } = await startWithKeys(t, other.url)
  const pem = new TextEncoder().encode(await exportSPKI(rsa.publicKey))
  const { sub, ...withoutSub } = CLAIMS
  const { iss, ...withoutIss } = CLAIMS
  const { aud, ...withoutAud } = CLAIMS
  const wrong: Record<string, string> = {
    'HS256 with the public key as its secret': await signed('HS256', 'r', pem),
    'HS256 with a published shared key': await signed('HS256', 'oct', new TextEncoder().encode('a shared key that somebody published')),
    'another algorithm': await signed('RS512', 'strong', strong.privateKey),
    'an unknown key': await signed('RS256', 'unknown', stranger.privateKey),
    'a key of a stranger under a known name': await signed('RS256', 'r', stranger.privateKey),
    'no signature': new UnsecuredJWT(CLAIMS).setExpirationTime('5m').encode(),
    expired: await signed('RS256', 'r', rsa.privateKey, CLAIMS, 1),
    'no end': await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'RS256', kid: 'r' }).sign(rsa.privateKey),
    'another issuer': await signed('RS256', 'r', rsa.privateKey, { ...CLAIMS, iss: 'https://evil.example' }),
    'another audience': await signed('RS256', 'r', rsa.privateKey, { ...CLAIMS, aud: 'other' }),
    'no user': await signed('RS256', 'r', rsa.privateKey, withoutSub),
    'no issuer': await signed('RS256', 'r', rsa.privateKey, withoutIss),
    'no audience': await signed('RS256', 'r', rsa.privateKey, withoutAud),
    'a token of the shared secret': makeSecretTokenSigner({ ...SECRET, issuer: 'https://id.example', audience: 'shop' }, 60_000)({ sub: 'ada' }),
  }
  for (const [name, token] of Object.entries(wrong)) t.equal(await ask(token), 401, name)
  t.equal(await ask(await signed('RS256', 'r', rsa.privateKey)), 200, 'the right one passes')
})

t.test('tokens that no key could make valid, and public routes, cause no request to the issuer', async t => {
  const { kid, alg, privateKey } = await keyPair('ES256', 'e')
  const away = await startIssuer(t)
  away.answer(500, '')
  const { ask, call } = await startWithKeys(t, away.url)
  const token = await signed(alg, kid, privateKey)
  for (const url of ['/api/health/live', '/nothing']) t.not((await call('GET', url, { authorization: `Bearer ${token}` })).status, 503, url)
  const junk = [
    'eyJhbGciOiJFUzI1NiJ9.e30.AAAA', 'a.b.c', await signed(alg, kid, privateKey, { ...CLAIMS, iss: 'https://evil.example' }), await signed(alg, kid, privateKey, { ...CLAIMS, aud: ['other'] }),
    await signed(alg, kid, privateKey, CLAIMS, 1), await signed('HS256', kid, new TextEncoder().encode('a key of whatever length it has')),
  ]
  for (const one of junk) t.equal(await ask(one), 401, one)
  t.equal(away.requests(), 0)
})

t.test('while the issuer does not publish its keys, tokens are answered with 503', async t => {
  const { kid, alg, privateKey, jwk } = await keyPair('ES256', 'e')
  const token = await signed(alg, kid, privateKey)
  for (const [status, body] of [[500, ''], [200, 'nonsense'], [200, '{}'], [404, '{"keys":[]}']] as const) {
    const broken = await startIssuer(t)
    broken.answer(status, body)
    t.equal(await (await startWithKeys(t, broken.url)).ask(token), 503, `${status} ${body}`)
  }
  const gone = await startIssuer(t)
  await gone.close()
  t.equal(await (await startWithKeys(t, gone.url)).ask(token), 503, 'nobody there')
  const back = await startIssuer(t)
  back.answer(500, '')
  const { ask, logs } = await startWithKeys(t, back.url)
  t.equal(await ask(token), 503)
  t.ok(logs.some((line) => line.includes('Tokens cannot be checked at the moment')), 'the log names the cause')
  back.answer(200, JSON.stringify({ keys: [jwk] }))
  t.equal(await ask(token), 503, 'and the issuer is left alone for some seconds')
  t.equal(back.requests(), 1)
})
