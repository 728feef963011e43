import t from 'tap'
import { makeScryptPasswords } from '#adapters/passwords/scrypt.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { identity } from '#adapters/system/system.js'
import { user } from '../../../contracts/user-store.contract.js'
import { adminToken } from '../../../support/service.js'
import { CHEAP, startAccounts, type AccountService } from '../../../support/accounts.js'

const [OWN, STRANGE] = ['the password of the owner', 'the password of a stranger'] as const

const register = async ({ post, mailedToken }: AccountService, password: string, name = 'Ada') => {
  t.match(await post('/api/auth/register', { email: 'ada@example.com', password, name, locale: 'en' }), { status: 202, body: { ok: true } })
  return mailedToken()
}
const statusOf = async ({ post }: AccountService, password: string) => (await post('/api/auth/login', { email: 'ada@example.com', password })).status

for (const [order, passwords] of [['the owner', [OWN, STRANGE]], ['a stranger', [STRANGE, OWN]]] as const) {
  t.test(`whatever link the owner opens, only their own password signs in, where ${order} registered first`, async (t) => {
    const service = await startAccounts(t)
    const tokens = [await register(service, passwords[0]), await register(service, passwords[1])]
    const verify = async (token: string | undefined, password?: string) => await service.post('/api/auth/verify-email', { token, password })
    for (const token of tokens) t.match(await verify(token), { status: 422, body: { code: 'password_required' } })
    const [own, strange] = passwords[0] === OWN ? tokens : tokens.toReversed()
    t.match(await verify(strange, OWN), { status: 403, body: { code: 'wrong_password' } })
    t.match(await verify(own, OWN), { status: 200 })
    t.match(await verify(strange, STRANGE), { status: 400, body: { code: 'invalid_link' } }, 'the others end')
    t.same([await statusOf(service, OWN), await statusOf(service, STRANGE)], [200, 401])
  })
}

t.test('a registration that is confirmed at once twice makes one account', async (t) => {
  const service = await startAccounts(t)
  const token = await register(service, OWN)
  const answers = await Promise.all([1, 2].map(async () => await service.post('/api/auth/verify-email', { token, password: OWN })))
  t.same(answers.map(({ status }) => status).toSorted(), [200, 400])
  t.equal((await service.call('GET', '/api/admin/users', adminToken)).body.items.length, 1)
})

t.test('a registration that finds no place sends no mail, and the links before it stay good', async (t) => {
  const service = await startAccounts(t, { env: { TRUST_PROXY: '127.0.0.1' } })
  const first = await register(service, OWN)
  const ask = async (network: number) => await service.post('/api/auth/register', { email: 'ada@example.com', password: STRANGE, name: 'M' }, { 'x-forwarded-for': `10.0.0.${network}` })
  for (let network = 1; network < 8; network++) t.equal((await ask(network)).status, 202)
  t.equal(service.enqueued().length, 5)
  t.match(await service.post('/api/auth/verify-email', { token: first, password: OWN }), { status: 200 })
})

t.test('a mailbox that has had enough of one network gets no link of a registration from it, and the answer does not say so', async (t) => {
  const service = await startAccounts(t)
  for (let count = 0; count < 5; count++) await service.post('/api/auth/forgot-password', { email: 'ada@example.com' })
  t.match(await service.post('/api/auth/register', { email: 'ada@example.com', password: OWN, name: 'Ada', locale: 'en' }), { status: 202, body: { ok: true } })
  t.same(service.enqueued(), [])
})

/** An account that version 0.1.0 has stored unconfirmed, with a link of its own. */
async function earlier (t: Parameters<typeof startAccounts>[0]) {
  const stores = memoryStores()
  const service = await startAccounts(t, { replacements: { openedStores: stores } })
  const secret = 's'.repeat(43)
  await stores.users.insert({
    ...user('ada'),
    passwordHash: await makeScryptPasswords({ cost: CHEAP }).hash(STRANGE, '10.0.0.1'),
    verification: { digest: identity.derived('sec', [secret]), expiresAt: '2026-03-31T12:00:00.000Z' },
  })
  return { service, token: `usr_ada.${secret}` }
}

t.test('a link that version 0.1.0 has mailed wants the password of its account, and ends later registrations', async (t) => {
  const { service, token } = await earlier(t)
  const own = await register(service, OWN)
  const verify = async (body: object) => await service.post('/api/auth/verify-email', body)
  t.match(await verify({ token }), { status: 422, body: { code: 'password_required' } })
  t.match(await verify({ token, password: OWN }), { status: 403, body: { code: 'wrong_password' } })
  t.match(await verify({ token, password: STRANGE }), { status: 200 })
  t.match(await verify({ token: own, password: OWN }), { status: 400 })
  t.equal(await statusOf(service, STRANGE), 200)
})

t.test('an account that version 0.1.0 keeps unconfirmed gives way to the registration that is confirmed', async (t) => {
  const { service, token } = await earlier(t)
  const own = await register(service, OWN, 'Ada Yılmaz')
  const verify = async (body: object) => await service.post('/api/auth/verify-email', body)
  t.match(await verify({ token: own }), { status: 422, body: { code: 'password_required' } })
  t.match(await verify({ token: own, password: OWN }), { status: 200 })
  t.match(await verify({ token, password: STRANGE }), { status: 400, body: { code: 'invalid_link' } })
  t.same([await statusOf(service, OWN), await statusOf(service, STRANGE)], [200, 401])
})

t.test('an account that version 0.1.0 keeps unconfirmed is taken over once by links that are opened at once', async (t) => {
  const { service } = await earlier(t)
  const token = await register(service, OWN)
  const answers = await Promise.all([1, 2].map(async () => await service.post('/api/auth/verify-email', { token, password: OWN })))
  t.same(answers.map(({ status }) => status).toSorted(), [200, 400])
  t.equal(await statusOf(service, OWN), 200)
})

t.test('a reset confirms an account of version 0.1.0 too, and ends its link and later registrations', async (t) => {
  const { service, token } = await earlier(t)
  const own = await register(service, OWN)
  await service.post('/api/auth/forgot-password', { email: 'ada@example.com' })
  t.match(await service.post('/api/auth/reset-password', { token: service.mailedToken(), password: 'beş tane yeşil atkı' }), { status: 200 })
  for (const body of [{ token, password: STRANGE }, { token: own, password: OWN }]) t.match(await service.post('/api/auth/verify-email', body), { status: 400 })
  t.equal(await statusOf(service, 'beş tane yeşil atkı'), 200)
})
