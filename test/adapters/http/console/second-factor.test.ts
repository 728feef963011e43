import t from 'tap'
import { PASSWORD, startAccounts } from '../../../support/accounts.js'
import { enterConsole } from '../../../support/console.js'
import { adminToken, type ServiceOptions } from '../../../support/service.js'
import { codeOf } from '../../../support/totp.js'

const EMAIL = 'ada@example.com'
const STEP_MS = 30_000
const SESSION = '/api/console/session'

/** A person with the role of an administrator, and the secret of a second factor that may be on. */
async function start (t: Parameters<typeof startAccounts>[0], options: ServiceOptions = {}) {
  const service = await startAccounts(t, options)
  const { join, signIn, call, post, clock, advance } = service
  await join(EMAIL)
  const { userId, headers } = await signIn(EMAIL)
  await call('PATCH', `/api/admin/users/${userId}`, adminToken, { role: 'admin' })
  const secret = String((await post('/api/auth/second-factor', { password: PASSWORD }, headers)).body['secret'])
  const code = (): string => {
    advance(STEP_MS)
    return codeOf(secret, clock())
  }
  return {
    ...service,
    code,
    switchOn: async () => { await post('/api/auth/second-factor/confirm', { code: code() }, headers) },
    enter: async (code?: string) => await enterConsole(service, { email: EMAIL, password: PASSWORD, ...(code !== undefined && { code }) }),
  }
}

t.test('who has a second factor enters the console with a code, and sends one again before some acts, by their cookie', async (t) => {
  const { enter, switchOn, code, call, clock } = await start(t)
  t.match((await enter()).answer, { status: 200, body: { hasSecondFactor: false } })
  await switchOn()
  t.match((await enter()).answer, { status: 401, body: { code: 'second_factor_required' }, headers: { 'set-cookie': undefined } })
  t.match((await enter('000000')).answer, { status: 403, body: { code: 'wrong_code' }, headers: { 'set-cookie': undefined } })
  const { answer, headers } = await enter(code())
  t.match(answer, { status: 200, body: { hasSecondFactor: true, steppedUpUntil: undefined } })
  const makeKey = async () => await call('POST', '/api/admin/api-keys', headers, { name: 'books', scopes: ['read'], expiresInDays: 7 })
  t.match(await makeKey(), { status: 403, body: { code: 'step_up_required' } })
  t.equal((await call('POST', '/api/auth/step-up', headers, { code: code() })).status, 204)
  const { body: { steppedUpUntil } } = await call('GET', SESSION, headers)
  t.ok(String(steppedUpUntil) > clock())
  t.equal((await makeKey()).status, 201)
  t.match(await call('GET', '/api/auth/second-factor', headers), { status: 200, body: { isOn: true } })
})

t.test('where roles count with a second factor alone, they let in no one else', async (t) => {
  const { enter, switchOn, code, call } = await start(t, { env: { SECOND_FACTOR_REQUIRED: 'true' } })
  t.match((await enter()).answer, { status: 403, body: { code: 'forbidden' }, headers: { 'set-cookie': undefined } })
  await switchOn()
  const { answer, headers } = await enter(code())
  t.match(answer, { status: 200, body: { role: 'admin', hasSecondFactor: true } })
  t.equal((await call('GET', '/api/admin/payments', headers)).status, 200)
})
