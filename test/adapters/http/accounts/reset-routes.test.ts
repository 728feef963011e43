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

t.test('a link is valid for 30 minutes, and a new one ends it', async (t) => {
  const service = await startAccounts(t)
  const { post, join, mailedToken, advance } = service
  await join('ada@example.com')
  await forgot(service)
  const older = mailedToken()
  await forgot(service)
  t.match(await post('/api/auth/reset-password', { token: older, password: NEW }), { status: 400, body: { code: 'invalid_link' } })
  advance(30 * 60_000)
  t.match(await post('/api/auth/reset-password', { token: mailedToken(), password: NEW }), { status: 400, body: { code: 'invalid_link' } })
})

t.test('a reset also confirms the address, and ends the link of the registration', async (t) => {
  const service = await startAccounts(t)
  const { post, mailedToken, signIn } = service
  await post('/api/auth/register', { email: 'ada@example.com', password: PASSWORD, name: 'Ada' })
  const verification = mailedToken()
  await forgot(service)
  t.equal((await post('/api/auth/reset-password', { token: mailedToken(), password: NEW })).status, 200)
  t.match(await post('/api/auth/verify-email', { token: verification }), { status: 400 })
  await signIn('ada@example.com', NEW)
})

t.test('an unknown address gets the same answer, and no e-mail', async (t) => {
  const service = await startAccounts(t)
  await service.join('ada@example.com')
  const unknown = await service.post('/api/auth/forgot-password', { email: 'nobody@example.com' })
  const known = await forgot(service)
  t.same([unknown.status, unknown.body], [known.status, known.body])
  t.same(service.enqueued().filter(({ to }) => to === 'nobody@example.com'), [])
})

t.test('a mailbox gets few e-mails an hour, with and without an account, and one address may request few', async (t) => {
  const { post, advance } = await startAccounts(t)
  const ask = async (email: string) => await post('/api/auth/forgot-password', { email })
  for (let count = 0; count < 4; count++) t.equal((await ask('nobody@example.com')).status, 202)
  t.match(await ask('Nobody@example.com'), { status: 429, headers: { 'retry-after': '900' }, body: { code: 'too_many_attempts' } })
  t.match(await post('/api/auth/register', { email: 'nobody@example.com', password: PASSWORD, name: 'N' }), { status: 429 })
  for (let count = 0; count < 14; count++) t.equal((await ask(`nobody${count}@example.com`)).status, 202)
  t.match(await ask('somebody@example.com'), { status: 429 })
  advance(900_000)
  t.equal((await ask('nobody@example.com')).status, 202)
})

t.test('a failure after the answer is logged, and changes no answer', async (t) => {
  const { call, logs } = await startService(t, { ...WITH_ACCOUNTS, replacements: { ...WITH_ACCOUNTS.replacements, notifier: { enqueue: async () => { throw new Error('no mail today') } } } })
  t.match(await call('POST', '/api/auth/register', {}, { email: 'ada@example.com', password: PASSWORD, name: 'Ada' }), { status: 202 })
  while (!logs.join('').includes('no mail today')) await new Promise((resolve) => { setImmediate(resolve) })
  t.match(logs.join(''), /a background task failed/)
  t.notMatch(logs.join(''), /ada@example/)
})
