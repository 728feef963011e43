import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { ACCOUNT_LIMIT } from '#domain/accounts/attempt.js'
import { RECOVERY_CODES } from '#domain/accounts/second-factor.js'
import { PASSWORD, signedInOf, type AccountService, type SignedIn } from '../../../support/accounts.js'
import { EMAIL, startGuarded as start, wrong } from '../../../support/second-factor.js'
import { adminToken, key } from '../../../support/service.js'

const KEY = 'the first secret of second factors and long'
const NEXT_KEY = 'the next secret of second factors and longer'

const mails = ({ enqueued }: AccountService) => enqueued().filter(({ kind }) => kind.startsWith('second_factor'))

t.test('a person gets a secret for their password, and a code of it switches the second factor on', async (t) => {
  const service = await start(t)
  const { join, signIn, post, call, read, code, login, logs } = service
  await join(EMAIL)
  const ada = await signIn(EMAIL)
  t.same(await read(ada), { isOn: false, onSince: null, recoveryCodesLeft: 0 })
  t.match(await post('/api/auth/second-factor', { password: `${PASSWORD}!` }, ada.headers), { status: 403, body: { code: 'wrong_password' } })
  t.match(await post('/api/auth/second-factor/confirm', { code: '042137' }, ada.headers), { status: 409, body: { code: 'second_factor_off' } })
  const begun = await post('/api/auth/second-factor', { password: PASSWORD }, ada.headers)
  const secret = String(begun.body['secret'])
  t.match(begun, { status: 200, body: { secret: /^[A-Z2-7]{32}$/, address: /^otpauth:\/\/totp\/BasVideo:ada%40example\.com\?/ } })
  t.ok(String(begun.body['address']).includes(`secret=${secret}`))
  t.match(await read(ada), { isOn: false })
  t.match(await login(), { status: 200 }, 'a secret that waits asks for nothing')
  t.match(await post('/api/auth/second-factor/confirm', { code: wrong(code({ secret })) }, ada.headers), { status: 403, body: { code: 'wrong_code' } })
  t.same(mails(service), [])
  const { status, body } = await post('/api/auth/second-factor/confirm', { code: code({ secret }) }, ada.headers)
  const recoveryCodes = body['recoveryCodes'] as string[]
  t.equal(status, 200)
  t.equal(new Set(recoveryCodes).size, RECOVERY_CODES)
  t.match(await read(ada), { isOn: true, onSince: String, recoveryCodesLeft: RECOVERY_CODES })
  t.match((await call('GET', '/api/users/me', ada.headers)).body, { hasSecondFactor: true })
  t.match(mails(service), [{ kind: 'second_factor_on', to: EMAIL, userId: ada.userId, locale: 'tr', data: {} }])
  t.match(await post('/api/auth/second-factor', { password: PASSWORD }, ada.headers), { status: 409, body: { code: 'second_factor_on' } })
  t.match(await post('/api/auth/second-factor/confirm', { code: code({ secret }) }, ada.headers), { status: 409, body: { code: 'second_factor_on' } })
  const told = [logs.join(''), (await call('GET', '/api/users/me/export', ada.headers)).text, (await call('GET', '/api/admin/users', adminToken)).text, (await call('GET', '/api/admin/audit', adminToken)).text].join('')
  t.ok(told.includes('"hasSecondFactor":true'))
  for (const hidden of [secret, 'sealed', 'recoveryDigests', ...recoveryCodes]) t.notOk(told.includes(hidden), hidden)
})

t.test('a sign-in takes a code beside the right password, once', async (t) => {
  const { enrolled, login, code, call, read } = await start(t)
  const ada = await enrolled()
  t.match(await login(undefined, `${PASSWORD}!`), { status: 401, body: { code: 'invalid_credentials' } }, 'a wrong password learns nothing')
  t.match(await login(code(ada), `${PASSWORD}!`), { status: 401, body: { code: 'invalid_credentials' } })
  t.match(await login(), { status: 401, body: { code: 'second_factor_required' } })
  const right = code(ada)
  t.match(await login(wrong(right)), { status: 403, body: { code: 'wrong_code' } })
  t.match(await login(`${right.slice(0, 3)} ${right.slice(3)}`), { status: 200 }, 'as apps show it')
  t.match(await login(right), { status: 403, body: { code: 'wrong_code' } })
  const [first = '', second = ''] = ada.recoveryCodes
  const { status, body } = await login(first.toLowerCase().replaceAll('-', ''))
  t.equal(status, 200)
  t.match(await login(first), { status: 403, body: { code: 'wrong_code' } })
  t.match(await read(ada), { recoveryCodesLeft: RECOVERY_CODES - 1 })
  t.match(await login(second), { status: 200 })
  t.equal((await call('GET', '/api/users/me', signedInOf(body).headers)).status, 200)
  for (const odd of ['12345', '1234567', 'abc', '', '1111-1111-1111-1111']) t.match(await login(odd), { status: 400, body: { code: 'validation_failed' } }, odd)
})

t.test('one code lets in one of many who send it at once', async (t) => {
  const { enrolled, login, code } = await start(t)
  const right = code(await enrolled())
  const statuses = (await Promise.all(Array.from({ length: 4 }, async () => await login(right)))).map(({ status }) => status)
  t.equal(statuses.filter((status) => status === 200).length, 1)
})

t.test('wrong codes make the next one wait, and right passwords in between do not take them back', async (t) => {
  const { enrolled, stepUp, code, call, login } = await start(t)
  const ada = await enrolled()
  const prove = async () => await call('POST', '/api/users/me/email', ada.headers, { email: 'next@example.com', password: PASSWORD })
  for (let count = 0; count < ACCOUNT_LIMIT.free; count++) {
    t.match(await stepUp(ada, wrong(code(ada))), { status: 403 })
    t.match(await prove(), { status: 202 })
  }
  const waiting = { status: 429, body: { code: 'too_many_attempts' }, headers: { 'retry-after': '2' } }
  t.match(await stepUp(ada, '042137'), waiting)
  t.match(await login('042137'), waiting, 'at a sign-in too')
  t.equal((await stepUp(ada, code(ada))).status, 204)
  for (let count = 0; count < ACCOUNT_LIMIT.free; count++) t.match(await stepUp(ada, '042137'), { status: 403 }, 'a right one clears the count')
})

t.test('wrong codes at a sign-in count as wrong passwords do', async (t) => {
  const { enrolled, login, code } = await start(t)
  const ada = await enrolled()
  const right = code(ada)
  t.match(await login(), { status: 401 })
  for (let count = 1; count < ACCOUNT_LIMIT.free; count++) t.match(await login(wrong(right)), { status: 403 })
  t.match(await login(right), { status: 429 })
  t.match(await login(undefined, `${PASSWORD}!`), { status: 429 })
  t.match(await login(code(ada)), { status: 200 }, 'once the wait is over')
})

t.test('a person switches it off by password and code', async (t) => {
  const service = await start(t)
  const { enrolled, call, read, code, login } = service
  const ada = await enrolled()
  const end = async (body: object) => await call('DELETE', '/api/auth/second-factor', ada.headers, body)
  t.match(await end({ password: `${PASSWORD}!`, code: code(ada) }), { status: 403, body: { code: 'wrong_password' } })
  t.match(await end({ password: PASSWORD, code: wrong(code(ada)) }), { status: 403, body: { code: 'wrong_code' } })
  t.match(await end({ password: PASSWORD, code: code(ada) }), { status: 200, body: { ok: true } })
  t.same(await read(ada), { isOn: false, onSince: null, recoveryCodesLeft: 0 })
  t.match(mails(service).map(({ kind }) => kind), ['second_factor_on', 'second_factor_off'])
  t.match(await end({ password: PASSWORD, code: code(ada) }), { status: 409, body: { code: 'second_factor_off' } })
  t.match(await login(), { status: 200 })
})

t.test('an administrator takes it away from a person who has lost it, and a new password does not', async (t) => {
  const service = await start(t)
  const { enrolled, call, post, read, code, login, mailedToken, setRole } = service
  const [ada, boss] = [await enrolled(), await enrolled('boss@example.com')]
  await setRole(boss, 'admin')
  const take = async (userId: string, headers = adminToken) => await call('DELETE', `/api/admin/users/${userId}/second-factor`, headers)
  await post('/api/auth/forgot-password', { email: EMAIL })
  const next = 'beş tane yeşil atkı'
  await post('/api/auth/reset-password', { token: mailedToken(), password: next })
  t.match(await login(undefined, next), { status: 401, body: { code: 'second_factor_required' } })
  t.match(await take(ada.userId, boss.headers), { status: 403, body: { code: 'step_up_required' } })
  t.equal((await post('/api/auth/step-up', { code: code(boss) }, boss.headers)).status, 204)
  t.match(await take(boss.userId, boss.headers), { status: 409, body: { code: 'own_account' } })
  t.match(await take('usr_none', boss.headers), { status: 404 })
  t.match(await take(ada.userId, boss.headers), { status: 200, body: { ok: true } })
  t.match(mails(service).at(-1), { kind: 'second_factor_off', to: EMAIL, userId: ada.userId })
  const before = mails(service).length
  t.match(await take(ada.userId), { status: 200 })
  t.equal(mails(service).length, before, 'without one nothing happens')
  const { body: { items } } = await call('GET', '/api/admin/audit', adminToken) as unknown as { body: { items: Array<{ action: string, targetId: string, outcome: string }> } }
  t.match(items.filter(({ action }) => action === 'takeSecondFactor').map(({ targetId, outcome }) => `${targetId} ${outcome}`).toSorted(),
    [`${ada.userId} done`, `${ada.userId} step_up_required`, `${boss.userId} own_account`, 'usr_none not_found'].toSorted())
  const { status, body } = await login(undefined, next)
  t.equal(status, 200)
  t.match(await read(signedInOf(body)), { isOn: false })
})

t.test('roles and keys ask those who have a second factor for a code again', async (t) => {
  const { enrolled, join, signIn, call, setRole, stepUp, code } = await start(t)
  const boss = await enrolled('boss@example.com')
  await setRole(boss, 'admin')
  await join(EMAIL)
  const ada = await signIn(EMAIL)
  const makeKey = async () => await call('POST', '/api/admin/api-keys', boss.headers, { name: 'bookkeeping', scopes: ['read'], expiresInDays: 1 })
  const revoke = async (keyId: string) => await call('DELETE', `/api/admin/api-keys/${keyId}`, boss.headers)
  t.match(await setRole(ada, 'support', boss.headers), { status: 403, body: { code: 'step_up_required' } })
  t.match(await makeKey(), { status: 403, body: { code: 'step_up_required' } })
  t.match(await revoke('akey_1'), { status: 403, body: { code: 'step_up_required' } })
  t.match(await call('PATCH', `/api/admin/users/${ada.userId}`, boss.headers, { status: 'suspended' }), { status: 200 }, 'a suspension waits for no code')
  t.match(await stepUp(boss, wrong(code(boss))), { status: 403, body: { code: 'wrong_code' } })
  t.equal((await stepUp(boss, code(boss))).status, 204)
  t.match(await setRole(ada, 'support', boss.headers), { status: 200, body: { role: 'support' } })
  const made = await makeKey()
  t.equal(made.status, 201)
  t.equal((await revoke(String(made.body['keyId']))).status, 200)
  t.match(await stepUp(ada, '042137'), { status: 401 }, 'her session has ended')
})

t.test('a refund above the limit asks for a code again', async (t) => {
  const { enrolled, call, setRole, stepUp, code } = await start(t, { env: { STEP_UP_AMOUNT: 'TRY:300' } })
  const [payer, boss] = [await enrolled('payer@example.com'), await enrolled('boss@example.com')]
  await setRole(boss, 'finance')
  const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...payer.headers, ...key('pay') }, { amount: 500, currency: 'TRY', orderId: 'o-1', sellerId: 'sela', paymentMethod: { token: 'tok_ok' } })
  const refund = async (amount: number | undefined, name: string, headers = boss.headers) => await call('POST', `/api/payments/${paymentId}/refund`, { ...headers, ...key(name) }, amount === undefined ? {} : { amount })
  t.match(await refund(undefined, 'all'), { status: 403, body: { code: 'step_up_required' } })
  t.match(await refund(301, 'much'), { status: 403, body: { code: 'step_up_required' } })
  t.equal((await refund(300, 'little')).status, 201)
  t.match(await refund(1, 'more'), { status: 403, body: { code: 'step_up_required' } }, 'refunds of a payment count together')
  t.equal((await refund(1, 'shared', adminToken)).status, 201)
  t.equal((await stepUp(boss, code(boss))).status, 204)
  t.equal((await refund(1, 'more')).status, 201)
})

t.test('where it is required, roles count in sessions alone that were opened with it', async (t) => {
  const { enrolled, join, signIn, call, setRole, login, code } = await start(t, { env: { SECOND_FACTOR_REQUIRED: 'true' } })
  const users = async ({ headers }: SignedIn) => (await call('GET', '/api/admin/users', headers)).status
  const boss = await enrolled('boss@example.com')
  await join(EMAIL)
  const ada = await signIn(EMAIL)
  for (const person of [ada, boss]) await setRole(person, 'admin')
  t.same([await users(ada), await users(boss)], [403, 403], 'this one was opened before')
  t.equal((await call('GET', '/api/users/me', ada.headers)).status, 200)
  const opened = signedInOf((await login(code(boss), PASSWORD, 'boss@example.com')).body)
  t.equal(await users(opened), 200)
  await call('DELETE', `/api/admin/users/${boss.userId}/second-factor`, adminToken)
  t.equal(await users(opened), 403, 'without the second factor the role is gone')
})

t.test('secrets are sealed anew under the next key, and without their key recovery codes alone count', async (t) => {
  const store = memoryStores()
  const first = await start(t, { env: { SECOND_FACTOR_KEYS: KEY }, replacements: { openedStores: store } })
  const ada = await first.enrolled()
  const sealed = async () => (await store.users.findByEmail(EMAIL))?.secondFactor?.sealed
  const later = async (keys: string) => await start(t, { env: { SECOND_FACTOR_KEYS: keys }, replacements: { openedStores: store, clock: first.clock } })
  const before = await sealed()
  t.equal((await first.login(first.code(ada))).status, 200)
  t.equal(await sealed(), before)
  t.equal((await (await later(`${NEXT_KEY},${KEY}`)).login(first.code(ada))).status, 200)
  t.not(await sealed(), before)
  t.equal((await (await later(NEXT_KEY)).login(first.code(ada))).status, 200)
  const { login } = await later('another secret of second factors and long')
  t.match(await login(first.code(ada)), { status: 403, body: { code: 'wrong_code' } })
  t.match(await login(ada.recoveryCodes[0]), { status: 200 })
})
