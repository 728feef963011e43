import t from 'tap'
import { PASSWORD, startAccounts, WITH_ACCOUNTS, type AccountService } from '../../../support/accounts.js'
import { startService } from '../../../support/service.js'

const NEW = 'beş tane yeşil atkı'

const forgot = async ({ post }: AccountService) => await post('/api/auth/forgot-password', { email: 'Ada@example.com' }, { host: 'evil.example' })

t.test('a forgotten password is replaced by the link of an e-mail, once, and all sessions end', async (t) => {
  const service = await startAccounts(t, { env: { RESET_URL_BASE: 'https://app.example/account/' } })
  const { call, post, join, signIn, enqueued, mailedToken, advance } = service
  await join('ada@example.com')
  const before = await signIn('ada@example.com')
  t.equal((await call('GET', '/api/users/me', before.headers)).status, 200)
  t.match(await forgot(service), { status: 202, body: { ok: true } })
  t.match(enqueued().at(-1), { kind: 'password_reset', to: 'ada@example.com', locale: 'tr', data: { link: /^https:\/\/app\.example\/account\/reset-password\?token=usr_/ } }, 'whatever the Host header says')
  const token = mailedToken()
  for (const time of ['once', 'again']) t.match(await call('GET', `/api/auth/verify-reset-token?token=${token}`), { status: 200, body: { ok: true } }, time)
  t.match(await post('/api/auth/verify-email', { token }), { status: 400 }, 'it is good for nothing else')
  t.match(await post('/api/auth/reset-password', { token, password: 'short' }), { status: 422, body: { code: 'weak_password' } })
  t.match(await post('/api/auth/reset-password', { token, password: NEW }), { status: 200, body: { ok: true } })
  t.match(enqueued().at(-1), { kind: 'password_changed', to: 'ada@example.com', data: {} })
  t.match(await post('/api/auth/reset-password', { token, password: NEW }), { status: 400, body: { code: 'invalid_link' } })
  t.match(await call('GET', `/api/auth/verify-reset-token?token=${token}`), { status: 400, body: { code: 'invalid_link' } })

  t.match(await post('/api/auth/refresh', { refreshToken: before.refreshToken }), { status: 401 })
  advance(30_000)
  t.equal((await call('GET', '/api/users/me', before.headers)).status, 401)
  t.match(await post('/api/auth/login', { email: 'ada@example.com', password: PASSWORD }), { status: 401 })
  const after = await signIn('ada@example.com', NEW)
  t.equal((await call('GET', '/api/users/me', after.headers)).status, 200)
})

t.test('one of two uses of a link at once sets the password', async (t) => {
  const service = await startAccounts(t)
  await service.join('ada@example.com')
  await forgot(service)
  const token = service.mailedToken()
  const answers = await Promise.all([NEW, `${NEW} 2`].map(async (password) => await service.post('/api/auth/reset-password', { token, password })))
  t.same(answers.map(({ status }) => status).toSorted(), [200, 400])
})

t.test('links are valid for 30 minutes, whatever is asked for after them, and the first that is used ends the others', async (t) => {
  const service = await startAccounts(t)
  const { call, post, join, mailedToken, advance } = service
  await join('ada@example.com')
  const statusOf = async (token: string) => (await call('GET', `/api/auth/verify-reset-token?token=${token}`)).status
  const ask = async () => {
    await forgot(service)
    return mailedToken()
  }
  const [first, second] = [await ask(), await ask()]
  advance(60_000)
  for (let count = 0; count < 4; count++) await forgot(service)
  const third = mailedToken()
  t.same([await statusOf(first), await statusOf(second), await statusOf(third)], [200, 200, 200])
  advance(29 * 60_000)
  t.same([await statusOf(first), await statusOf(second), await statusOf(third)], [400, 400, 200])
  const fourth = await ask()
  t.equal((await post('/api/auth/reset-password', { token: third, password: NEW })).status, 200)
  for (const token of [second, third, fourth]) t.match(await post('/api/auth/reset-password', { token, password: NEW }), { status: 400, body: { code: 'invalid_link' } })
})

t.test('an unknown address gets the same answer, and no e-mail', async (t) => {
  const service = await startAccounts(t)
  await service.join('ada@example.com')
  const unknown = await service.post('/api/auth/forgot-password', { email: 'nobody@example.com' })
  const known = await forgot(service)
  t.same([unknown.status, unknown.body], [known.status, known.body])
  t.same(service.enqueued().filter(({ to }) => to === 'nobody@example.com'), [])
})

t.test('a mailbox gets few mails an hour, from strangers and in all, and a person on another network gets theirs', async (t) => {
  const service = await startAccounts(t, { env: { TRUST_PROXY: '127.0.0.1' } })
  const { post, join, signIn, enqueued, advance } = service
  await join('ada@example.com')
  const ask = async (network: number, email = 'ada@example.com') => await post('/api/auth/forgot-password', { email }, { 'x-forwarded-for': `10.0.0.${network}` })
  const mailed = () => enqueued().filter(({ kind }) => kind === 'password_reset').length
  for (let count = 0; count < 20; count++) t.match(await ask(1), { status: 202, body: { ok: true } })
  t.equal(mailed(), 5)
  t.match(await ask(1), { status: 429, headers: { 'retry-after': '60' }, body: { code: 'too_many_attempts' } }, 'a network asks for few, to whatever mailbox')
  for (let count = 0; count < 5; count++) await ask(2)
  t.equal(mailed(), 9, 'another network has its own')
  t.equal((await ask(3)).status, 202)
  t.equal(mailed(), 9)
  advance(300_000)
  await ask(3)
  t.equal(mailed(), 10)
  await signIn('ada@example.com')
  await post('/api/auth/forgot-password', { email: 'ada@example.com' })
  t.equal(mailed(), 11, 'from where its owner signed in, strangers use nothing up')
})

t.test('a failure after the answer is logged, and changes no answer', async (t) => {
  const { call, logs } = await startService(t, { ...WITH_ACCOUNTS, replacements: { ...WITH_ACCOUNTS.replacements, notifier: { enqueue: async () => { throw new Error('no mail today') } } } })
  t.match(await call('POST', '/api/auth/register', {}, { email: 'ada@example.com', password: PASSWORD, name: 'Ada' }), { status: 202 })
  while (!logs.join('').includes('no mail today')) await new Promise((resolve) => { setImmediate(resolve) })
  t.match(logs.join(''), /a background task failed/)
  t.notMatch(logs.join(''), /ada@example/)
})
