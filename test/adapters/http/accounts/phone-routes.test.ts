import t from 'tap'
import { CODES_A_DAY } from '#application/notifications/quotas.js'
import { CODE_LIFETIME_MS, CODE_TRIES_MAX } from '#domain/accounts/phone.js'
import { DomainError } from '#domain/errors.js'
import { MemoryNotifier } from '#adapters/memory/accounts/notifier.js'
import { PASSWORD, startAccounts, type AccountService } from '../../../support/accounts.js'

const PHONE = '+905321234567'

async function signedIn ({ join, signIn, call }: AccountService, email = 'ada@example.com') {
  await join(email)
  const { headers, userId } = await signIn(email)
  return {
    userId,
    ask: async (phone: string) => await call('POST', '/api/users/me/phone', headers, { phone }),
    confirm: async (code: string) => await call('POST', '/api/users/me/phone/confirm', headers, { code }),
    patch: async (body: object) => await call('PATCH', '/api/users/me', headers, body),
    me: async () => (await call('GET', '/api/users/me', headers)).body,
  }
}

const codesOf = ({ enqueued }: AccountService) => enqueued().filter(({ kind }) => kind === 'phone_confirmation')
const lastCode = (service: AccountService): string => String(codesOf(service).at(-1)?.data.code)
const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

t.test('a number becomes the user\'s by the code that was sent to it', async (t) => {
  const service = await startAccounts(t)
  const { userId, ask, confirm, me } = await signedIn(service)
  t.match(await ask('0532 123 45 67'), { status: 200, body: { ok: true } })
  t.match(codesOf(service), [{ to: PHONE, userId, locale: 'tr', data: { code: /^\d{6}$/ } }])
  t.match(await me(), { phone: null, phoneConfirmed: false })
  t.match(await confirm(other(lastCode(service))), { status: 400, body: { code: 'invalid_code' } })
  t.match(await confirm(lastCode(service)), { status: 200, body: { phone: PHONE, phoneConfirmed: true } })
  t.match(await me(), { phone: PHONE, phoneConfirmed: true })
  t.match(await confirm(lastCode(service)), { status: 400, body: { code: 'invalid_code' } }, 'a code works once')
  t.notMatch(service.logs.join(''), new RegExp(`${lastCode(service)}|5321234567`))
})

t.test('a code has a few tries and ends after some minutes', async (t) => {
  const service = await startAccounts(t)
  const { ask, confirm } = await signedIn(service)
  await ask(PHONE)
  for (let index = 0; index < CODE_TRIES_MAX; index++) await confirm(other(lastCode(service)))
  t.match(await confirm(lastCode(service)), { status: 400 })
  await ask(PHONE)
  service.advance(CODE_LIFETIME_MS)
  t.match(await confirm(lastCode(service)), { status: 400 })
  for (const code of ['12345', '1234567', 'abcdef', '']) t.match(await confirm(code), { status: 400, body: { code: 'validation_failed' } })
})

t.test('codes go to countries of the operator alone, and a few a day to a number and of an account', async (t) => {
  const service = await startAccounts(t)
  const ada = await signedIn(service)
  t.match(await ada.ask('+8801712345678'), { status: 422, body: { code: 'phone_not_supported' } })
  t.match(await ada.ask('123'), { status: 400, body: { code: 'validation_failed' } })
  for (let index = 0; index < CODES_A_DAY.number; index++) t.equal((await ada.ask(PHONE)).status, 200)
  t.match(await ada.ask('+905321234568'), { status: 429, headers: { 'retry-after': String } }, 'one account')
  const bora = await signedIn(service, 'bora@example.com')
  t.match(await bora.ask(PHONE), { status: 429 }, 'one number')
  t.match(await bora.ask('+905321234569'), { status: 200 })
  t.equal(codesOf(service).length, CODES_A_DAY.number + 1)
})

t.test('a number that is set in the profile is not confirmed, and gets a code where one may be sent', async (t) => {
  const service = await startAccounts(t)
  const { patch, confirm, me } = await signedIn(service)
  t.match(await patch({ phone: PHONE }), { status: 200, body: { phone: PHONE, phoneConfirmed: false } })
  t.match(codesOf(service), [{ to: PHONE }])
  await patch({ phone: PHONE, name: 'Ada Y.' })
  t.equal(codesOf(service).length, 1, 'the same number is no new one')
  t.match(await confirm(lastCode(service)), { body: { phoneConfirmed: true } })
  t.match(await patch({ phone: '+8801712345678' }), { status: 200, body: { phone: '+8801712345678', phoneConfirmed: false } })
  t.equal(codesOf(service).length, 1, 'no code goes to another country')
  t.match(await patch({ phone: PHONE }), { body: { phoneConfirmed: true } }, 'the number that was confirmed is back')
  t.match(await patch({ phone: null }), { body: { phone: null, phoneConfirmed: false } })
  for (let index = 1; index < CODES_A_DAY.account + 3; index++) t.equal((await patch({ phone: `+90532123456${index % 10}` })).status, 200)
  t.equal(codesOf(service).length, CODES_A_DAY.account)
  t.match(await me(), { phoneConfirmed: Boolean })
})

t.test('a code that cannot be stored is no success', async (t) => {
  const notifier = new MemoryNotifier()
  const enqueue = notifier.enqueue.bind(notifier)
  const service = await startAccounts(t, {
    replacements: {
      notifier: {
        enqueue: async (sent) => {
          if (sent.kind === 'phone_confirmation') throw new DomainError('store_unavailable', 'the store is away')
          await enqueue(sent)
        },
      },
    },
  })
  const token = () => new URL(String(notifier.enqueued.at(-1)?.data.link)).searchParams.get('token')
  await service.post('/api/auth/register', { email: 'ada@example.com', password: PASSWORD, name: 'Ada' })
  await service.post('/api/auth/verify-email', { token: token() })
  const { headers } = await service.signIn('ada@example.com')
  t.match(await service.call('PATCH', '/api/users/me', headers, { phone: PHONE }), { status: 503, body: { code: 'store_unavailable' } })
})
