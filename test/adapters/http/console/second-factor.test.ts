import t from 'tap'
import { PASSWORD } from '../../../support/accounts.js'
import { enterConsole, FROM_CONSOLE } from '../../../support/console.js'
import { EMAIL, startGuarded, wrong } from '../../../support/second-factor.js'
import { ADMIN_TOKEN, adminToken } from '../../../support/service.js'

const SESSION = '/api/console/session'

t.test('a person with a second factor enters with a code, and sends one again in that session alone', async (t) => {
  const service = await startGuarded(t)
  const { call, enrolled, setRole, code, advance, idle } = service
  const [ada, bora] = [await enrolled(EMAIL), await enrolled('bora@example.com')]
  await setRole(ada, 'admin')
  const enter = async (code?: string) => await enterConsole(service, { email: EMAIL, password: PASSWORD, ...(code !== undefined && { code }) })
  t.match((await enter()).answer, { status: 401, body: { code: 'second_factor_required' }, headers: { 'set-cookie': undefined } })
  t.match((await enter(wrong(code(ada)))).answer, { status: 403, body: { code: 'wrong_code' }, headers: { 'set-cookie': undefined } })
  const { answer, headers } = await enter(code(ada))
  t.match(answer, { status: 200, body: { role: 'admin', hasSecondFactor: true, steppedUpUntil: undefined } })
  const other = (await enter(code(ada))).headers
  t.match(await setRole(bora, 'support', headers), { status: 403, body: { code: 'step_up_required' } })
  const right = code(ada)
  t.equal((await call('POST', '/api/auth/step-up', { cookie: headers['cookie'] ?? '' }, { code: right })).status, 401, 'the cookie counts in requests of the console')
  t.equal((await call('POST', '/api/auth/step-up', headers, { code: right })).status, 204)
  t.match((await call('GET', SESSION, headers)).body, { hasSecondFactor: true, steppedUpUntil: String })
  t.equal((await setRole(bora, 'support', headers)).status, 200)
  t.match(await setRole(bora, 'viewer', other), { status: 403, body: { code: 'step_up_required' } })
  advance(120_000)
  t.equal((await call('GET', SESSION, headers)).status, 200)
  await idle()
  t.equal((await setRole(bora, 'viewer', headers)).status, 200, 'the note of its use keeps the code')
  t.match((await call('GET', '/api/auth/second-factor', headers)).body, { isOn: true })
})

t.test('where a second factor is required, no one enters without one, and its end ends the session', async (t) => {
  const service = await startGuarded(t, { env: { SECOND_FACTOR_REQUIRED: 'true' } })
  const { call, enrolled, join, signIn, setRole, code } = service
  const ada = await enrolled(EMAIL)
  await join('bora@example.com')
  const bora = await signIn('bora@example.com')
  for (const person of [ada, bora]) await setRole(person, 'viewer')
  t.match((await enterConsole(service, { email: 'bora@example.com', password: PASSWORD })).answer, { status: 403, body: { code: 'forbidden' }, headers: { 'set-cookie': undefined } })
  const { answer, headers } = await enterConsole(service, { email: EMAIL, password: PASSWORD, code: code(ada) })
  t.match(answer, { status: 200, body: { role: 'viewer', scopes: ['read'] } })
  await call('DELETE', `/api/admin/users/${ada.userId}/second-factor`, adminToken)
  t.equal((await call('GET', SESSION, headers)).status, 401)
})

t.test('the shared token in the console is asked for no code, and has none', async (t) => {
  const service = await startGuarded(t)
  const { headers } = await enterConsole(service, { token: ADMIN_TOKEN })
  t.equal((await service.call('POST', '/api/admin/api-keys', headers, { name: 'bookkeeping', scopes: ['read'], expiresInDays: 1 })).status, 201)
  t.equal((await service.call('POST', '/api/auth/step-up', { ...headers, ...FROM_CONSOLE }, { code: '042137' })).status, 401)
})
