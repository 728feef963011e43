import t from 'tap'
import type { InjectOptions } from 'fastify'
import { PASSWORD, startAccounts, type AccountService } from '../../../support/accounts.js'

/** Tries a password from an address. */
async function attempt ({ app }: AccountService, email: string, password: string, remoteAddress: string) {
  const options: InjectOptions = { method: 'POST', url: '/api/auth/login', payload: { email, password }, remoteAddress }
  const { statusCode: status, headers } = await app.inject(options)
  return { status, retryAfter: headers['retry-after'] }
}

t.test('each wrong password after the fourth doubles the wait before the next attempt, also for unknown accounts', async (t) => {
  const service = await startAccounts(t)
  await service.join('ada@example.com')
  for (const email of ['ada@example.com', 'nobody@example.com']) {
    for (let count = 0; count < 5; count++) t.same(await attempt(service, email, 'wrong', `10.0.${count}.1`), { status: 401, retryAfter: undefined })
    for (const wait of [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      t.same(await attempt(service, email, 'wrong', '10.1.0.1'), { status: 429, retryAfter: String(wait) }, email)
      t.same(await attempt(service, email, PASSWORD, '10.2.0.1'), { status: 429, retryAfter: String(wait) }, 'a right password from a stranger waits too')
      service.advance(wait * 1000)
      t.equal((await attempt(service, email, 'wrong', '10.3.0.1')).status, 401)
    }
    service.advance(2 * 3_600_000)
    for (let count = 0; count < 5; count++) t.equal((await attempt(service, email, 'wrong', `10.0.${count}.1`)).status, 401, 'the attempts are forgotten after two hours')
    service.advance(2 * 3_600_000)
  }
})

t.test('strangers lock out strangers, and not the owner at an address of an earlier sign-in', async (t) => {
  const service = await startAccounts(t)
  await service.join('ada@example.com')
  t.equal((await attempt(service, 'ada@example.com', PASSWORD, '10.9.9.9')).status, 200)
  for (let count = 0; count < 5; count++) await attempt(service, 'ada@example.com', 'wrong', '10.0.0.1')
  t.equal((await attempt(service, 'ada@example.com', PASSWORD, '10.0.0.2')).status, 429)
  t.equal((await attempt(service, 'ADA@example.com', PASSWORD, '10.9.9.9')).status, 200)
  for (let count = 0; count < 5; count++) t.equal((await attempt(service, 'ada@example.com', 'wrong', '10.9.9.9')).status, 401)
  t.equal((await attempt(service, 'ada@example.com', PASSWORD, '10.9.9.9')).status, 429, 'the owner may not guess forever either')
  service.advance(91 * 86_400_000)
  for (let count = 0; count < 5; count++) await attempt(service, 'ada@example.com', 'wrong', '10.0.0.1')
  t.equal((await attempt(service, 'ada@example.com', PASSWORD, '10.9.9.9')).status, 429, 'an address is forgotten after 90 days')
})

t.test('one address may try few passwords over all accounts, and signing in to an own account does not reset the count', async (t) => {
  const service = await startAccounts(t)
  await service.join('ada@example.com')
  for (let count = 0; count < 29; count++) {
    t.equal((await attempt(service, `nobody${count}@example.com`, 'wrong', '10.0.0.1')).status, 401)
    if (count < 28) t.equal((await attempt(service, 'ada@example.com', PASSWORD, '10.0.0.1')).status, 200, 'a success does not count')
  }
  t.equal((await attempt(service, 'nobody@example.com', 'wrong', '10.0.0.1')).status, 401)
  t.same(await attempt(service, 'ada@example.com', PASSWORD, '10.0.0.1'), { status: 429, retryAfter: '2' })
  t.equal((await attempt(service, 'ada@example.com', PASSWORD, '10.0.0.2')).status, 200)
})

t.test('the addresses of one IPv6 network are one address', async (t) => {
  const service = await startAccounts(t)
  for (let count = 0; count < 30; count++) await attempt(service, `nobody${count}@example.com`, 'wrong', `2001:db8:0:1::${count.toString(16)}`)
  t.equal((await attempt(service, 'ada@example.com', 'wrong', '2001:db8:0:1:ffff::1')).status, 429)
  t.equal((await attempt(service, 'ada@example.com', 'wrong', '2001:db8:0:2::1')).status, 401)
})

t.test('attempts at once count like attempts in a row', async (t) => {
  const service = await startAccounts(t)
  await service.join('ada@example.com')
  const answers = await Promise.all(Array.from({ length: 40 }, async (_, index) => await attempt(service, 'ada@example.com', 'wrong', `10.0.${index}.1`)))
  t.equal(answers.filter(({ status }) => status === 401).length, 5)
  t.equal(answers.filter(({ status }) => status === 429).length, 35)
})
