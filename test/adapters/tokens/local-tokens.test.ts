import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t from 'tap'
import { keyFromSecret, type LocalTokenOptions, makeLocalTokens } from '#adapters/tokens/own-tokens.js'

const DER = { format: 'der', type: 'pkcs8' } as const
const ED25519 = generateKeyPairSync('ed25519').privateKey.export(DER).toString('base64')
const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(DER).toString('base64')
const OURS = { issuer: 'basvideo', audience: 'basvideo-api' }
const CLAIMS = { sub: 'usr_ada', sid: 'ses_1' }
const tokens = (keys: LocalTokenOptions['keys'], options: Partial<LocalTokenOptions> = {}) => makeLocalTokens({ keys, ...OURS, ...options }, 900_000)

t.test('tokens are valid under the published keys, by EdDSA and by ES256', async (t) => {
  for (const [key, alg] of [[ED25519, 'EdDSA'], [P256, 'ES256']] as const) {
    const { sign, verify, published } = tokens([key])
    const token = sign(CLAIMS)
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys: [...published] }), OURS)
    t.match(payload, { ...CLAIMS, iss: 'basvideo', aud: 'basvideo-api' })
    t.equal(Number(payload.exp) - Number(payload.iat), 900)
    t.match(protectedHeader, { alg, kid: published[0]?.kid })
    t.match(verify(token), CLAIMS)
    const [first] = published
    t.equal(first?.kid, await calculateJwkThumbprint({ ...first }))
    t.notOk(published.some((one) => 'd' in one), 'no private part is published')
  }
})

t.test('keys rotate without a gap: announced, signing, retired', async (t) => {
  const [before, announced, rotated, retired] = ([[ED25519], [ED25519, P256], [P256, ED25519], [P256]] as const).map((keys) => tokens(keys))
  const old = before?.sign(CLAIMS) ?? ''
  const next = rotated?.sign(CLAIMS) ?? ''
  t.same(decodeProtectedHeader(announced?.sign(CLAIMS) ?? '').alg, 'EdDSA')
  t.same(decodeProtectedHeader(next).alg, 'ES256')
  for (const node of [announced, rotated]) {
    t.match(node?.verify(old), CLAIMS)
    t.match(node?.verify(next), CLAIMS)
    t.equal(node?.published.length, 2)
  }
  t.throws(() => before?.verify(next), { message: /key of the token is unknown/ })
  t.throws(() => retired?.verify(old), { message: /key of the token is unknown/ })
})

t.test('a secret text yields one key', async (t) => {
  const [one, same, other] = [tokens([keyFromSecret('a')]), tokens([keyFromSecret('a')]), tokens([keyFromSecret('b')])]
  t.match(same.verify(one.sign(CLAIMS)), CLAIMS)
  t.throws(() => other.verify(one.sign(CLAIMS)), { message: /key of the token is unknown/ })
})

t.test('an altered or expired token, or one for others, is refused', async (t) => {
  const { sign, verify } = tokens([ED25519])
  t.throws(() => verify(tokens([ED25519], { issuer: 'another' }).sign(CLAIMS)))
  t.throws(() => verify(tokens([ED25519], { audience: 'another' }).sign(CLAIMS)))
  t.throws(() => verify(tokens([ED25519]).sign({ sub: 'usr_ada' })), { message: /sid/ }, 'without a session')
  t.throws(() => verify(sign(CLAIMS).replace(/.{10}$/, 'AAAAAAAAAA')))
  for (const token of ['', 'a', 'a.b.c', `${Buffer.from('null').toString('base64url')}.b.c`, `${Buffer.from('{}').toString('base64url')}.b.c`]) t.throws(() => verify(token), Error, token)
  t.throws(() => verify(sign({ ...CLAIMS, iat: Math.floor(Date.now() / 1000) - 901 })), { message: /expired/ })
  t.match(verify(sign({ ...CLAIMS, iat: Math.floor(Date.now() / 1000) - 800 })), CLAIMS)
})
