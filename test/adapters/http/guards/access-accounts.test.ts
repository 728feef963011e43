import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import t from 'tap'
import { makeUnsubscribeTokens } from '#adapters/tokens/unsubscribe-tokens.js'
import { ask, expectedVerdict, verdictOf, world } from '../../../support/access.js'
import { PASSWORD, startAccounts, type AccountService } from '../../../support/accounts.js'
import { hmac, token } from '../../../support/hand-made-tokens.js'
import { registeredRoutes } from '../../../support/routes.js'
import { adminToken, type Headers } from '../../../support/service.js'

const { privateKey } = generateKeyPairSync('ed25519')
const UNSUBSCRIBE_SECRET = 'a secret of the links that end mails'
const publicKey = createPublicKey(privateKey)
const OPTIONS = { env: { ACCESS_TOKEN_KEYS: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'), UNSUBSCRIBE_SECRET } }

type Claims = Record<string, unknown>

const bearer = (text: string): Headers => ({ authorization: `Bearer ${text}` })
const by = (key: KeyObject) => (text: string): string => sign(null, Buffer.from(text), key).toString('base64url')
const partOf = (text: string, index: number): Claims => JSON.parse(Buffer.from(String(text.split('.')[index]), 'base64url').toString()) as Claims

/** Callers whose credentials no route may accept, although this service itself signed, mailed or published each of them. */
async function impostors (service: AccountService): Promise<Record<string, Headers>> {
  const { call, post, join, signIn, mailedToken } = service
  const { body: { keys } } = await call('GET', '/.well-known/jwks.json') as unknown as { body: { keys: Array<{ x: string }> } }
  await join('ada@example.com')
  const ada = await signIn('ada@example.com')
  const [header, claims] = [partOf(ada.accessToken, 0), partOf(ada.accessToken, 1)]
  const remade = (changes: Claims, headerChanges: Claims = {}, signer = by(privateKey)): Headers => token({ ...claims, ...changes }, { ...header, ...headerChanges }, signer)
  const now = Math.floor(Date.now() / 1000)
  const fresh = { iat: now, exp: now + 600 }
  if ((await call('GET', '/api/users/me', remade(fresh))).status !== 200) throw new Error('a token made as the service makes them has to be accepted')
  const [, payload = '', signature = ''] = ada.accessToken.split('.')

  const gone = async (name: string, end: (one: Awaited<ReturnType<typeof signIn>>) => Promise<unknown>): Promise<Headers> => {
    await join(`${name}@example.com`)
    const one = await signIn(`${name}@example.com`)
    await end(one)
    return one.headers
  }
  const suspended = await gone('suspended', async ({ userId }) => await call('PATCH', `/api/admin/users/${userId}`, adminToken, { status: 'suspended' }))
  const deleted = await gone('deleted', async ({ headers }) => await call('DELETE', '/api/users/me', headers, { password: PASSWORD }))
  const signedOut = await gone('signed-out', async ({ refreshToken }) => await post('/api/auth/logout', { refreshToken }))
  const reset = await gone('reset', async () => {
    await post('/api/auth/forgot-password', { email: 'reset@example.com' })
    await post('/api/auth/reset-password', { token: mailedToken(), password: `${PASSWORD} iki` })
  })
  await post('/api/auth/register', { email: 'new@example.com', password: PASSWORD, name: 'Yeni' })
  const verification = mailedToken()
  await post('/api/auth/forgot-password', { email: 'ada@example.com' })
  const resetToken = mailedToken()

  return {
    'a suspended user': suspended,
    'a deleted user': deleted,
    'a user who has signed out': signedOut,
    'a user whose password was reset': reset,
    'an access token that has expired': remade({ iat: now - 1000, exp: now - 100 }),
    'a refresh token': bearer(ada.refreshToken),
    'the token of a reset': bearer(resetToken),
    'the token of a verification': bearer(verification),
    'the token that ends mails': bearer(makeUnsubscribeTokens(UNSUBSCRIBE_SECRET).make({ userId: ada.userId, kind: 'message_received' })),
    'alg none': remade(fresh, { alg: 'none' }, () => ''),
    'alg none and no key': token({ ...claims, ...fresh }, { alg: 'none', typ: 'JWT' }, () => ''),
    'HS256 by the public key': remade(fresh, { alg: 'HS256' }, hmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }).toString())),
    'HS256 by the published key': remade(fresh, { alg: 'HS256' }, hmac('sha256', String(keys[0]?.x))),
    'HS256 by the published document': remade(fresh, { alg: 'HS256' }, hmac('sha256', JSON.stringify({ keys }))),
    'another key under our name': remade(fresh, {}, by(generateKeyPairSync('ed25519').privateKey)),
    'an unknown key': remade(fresh, { kid: 'unknown' }),
    'a key inside the token': remade(fresh, { jwk: publicKey.export({ format: 'jwk' }), kid: undefined }),
    'another issuer': remade({ ...fresh, iss: 'another-issuer' }),
    'another audience': remade({ ...fresh, aud: 'another-api' }),
    'no end': remade({ iat: now, exp: undefined }),
    'no session': remade({ ...fresh, sid: undefined }),
    'the session of another': remade({ ...fresh, sub: 'usr_other' }),
    'an unknown session': remade({ ...fresh, sid: 'ses_none' }),
    'a signature cut short': bearer(`${ada.accessToken.split('.')[0]}.${payload}.${signature.slice(0, -4)}`),
    'the role of an administrator, put in by hand': bearer(`${ada.accessToken.split('.')[0]}.${Buffer.from(JSON.stringify({ ...claims, ...fresh, role: 'admin' })).toString('base64url')}.${signature}`),
  }
}

t.test('no route accepts what this service has signed, mailed or published for another purpose', async (t) => {
  let started: AccountService | undefined
  const routes = await registeredRoutes(async () => (started = await startAccounts(t, OPTIONS)))
  if (started === undefined) throw new Error('the service has started')
  const service = started
  for (const email of ['payer@example.com', 'writer@example.com']) await service.join(email)
  const [payer, writer] = [await service.signIn('payer@example.com'), await service.signIn('writer@example.com')]
  const ids = await world(service, { payer: payer.headers, payerId: payer.userId, writer: writer.headers })
  const callers = Object.entries(await impostors(service))
  // The state of a session is cached for half a minute.
  service.advance(60_000)
  let cells = 0
  for (const route of routes) {
    const verdicts = new Map<string, string>()
    for (const [who, headers] of callers) verdicts.set(who, verdictOf(route, await ask(service, route, ids, headers)))
    cells += verdicts.size
    t.same(verdicts, new Map(callers.map(([who]) => [who, expectedVerdict(route, 'nobody')])), route.name)
  }
  t.equal(cells, routes.length * callers.length)
  const me = (await service.signIn('payer@example.com')).headers
  t.match((await service.call('GET', '/api/payments', me)).body.items, [{ paymentId: ids.paymentId, refunds: [] }])
  t.match((await service.call('GET', '/api/messages', me)).body.items, [{ messageId: ids.messageId, read: false }])
})
