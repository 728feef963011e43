import t from 'tap'
import { returnPath } from '#adapters/http/payments/return-routes.js'
import { DomainError } from '#domain/errors.js'
import { identity } from '#adapters/system/system.js'
import { ScriptedGateway } from '../../../support/scripted-gateway.js'
import { adminToken, as, key, startService, type Answer, type TestService } from '../../../support/service.js'

const ada = as('ada')
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const KEY = 'k'.repeat(43)
const OPTIONS = { env: { RETURN_URL_ORIGINS: 'https://shop.example' }, replacements: { identity: { ...identity, secret: () => KEY } } }
const NEUTRAL = { headers: { 'content-type': 'text/html; charset=utf-8' }, text: /Go back to the shop to see how the payment stands/ }
const RETURN_URL = 'https://shop.example/thanks?cart=7&status=mine#top'

const ON_PAGE = { kind: 'requires_action', reference: 'ref-1', nextAction: { type: 'redirect', url: 'https://pay.example' } } as const

async function pay ({ call }: TestService, token: string, fields: Record<string, unknown> = { returnUrl: RETURN_URL }): Promise<Answer['body']> {
  const name = `k-${token}-${JSON.stringify(fields).length}`
  const { body } = await call('POST', '/api/payments/process', { ...ada, ...key(name) },
    { amount: 500, currency: 'TRY', orderId: name, paymentMethod: { token }, ...fields })
  return body
}

async function decide ({ call }: TestService, { nextAction }: Answer['body'], decision: string): Promise<void> {
  const { pathname } = new URL(String((nextAction as Record<string, unknown>)['url']))
  await call('POST', pathname, FORM, undefined, `decision=${decision}`)
}

const back = ({ paymentId }: Answer['body']): string => `/api/payments/${paymentId}/return?key=${KEY}`
const at = (paymentId: string, status: string): string => `https://shop.example/thanks?cart=7&status=${status}&paymentId=${paymentId}#top`

t.test('a payer who returns is sent to the shop with the status, although the webhook is lost', async t => {
  const service = await startService(t, { ...OPTIONS, listen: true })
  for (const [decision, status] of [['approve', 'succeeded'], ['refuse', 'failed']] as const) {
    for (const method of ['GET', 'POST']) {
      const payment = await pay(service, 'tok_requires_action+lost', { returnUrl: RETURN_URL, description: `${decision} ${method}${'.'.repeat(method.length)}` })
      await decide(service, payment, decision)
      t.match(await service.call('GET', `/api/payments/${payment.paymentId}`, ada), { body: { status: 'requires_action' } })
      const answer = await service.call(method, back(payment), method === 'POST' ? FORM : {}, undefined, method === 'POST' ? 'token=x&status=failure' : undefined)
      t.match(answer, { status: 303, headers: { location: at(payment.paymentId, status), 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }, text: '' })
      t.match(await service.call('GET', `/api/payments/${payment.paymentId}`, ada), { body: { status } })
    }
  }
})

t.test('the query and the form of a return are ignored', async t => {
  const service = await startService(t, OPTIONS)
  const payment = await pay(service, 'tok_requires_action+lost')
  const form = 'status=success&paymentStatus=SUCCESS&mdStatus=1&paymentId=1&conversationId=4242424242424242'
  for (const send of [
    async () => await service.call('POST', back(payment), FORM, undefined, form),
    async () => await service.call('GET', `${back(payment)}&${form}&status=succeeded&returnUrl=https://evil.example/`),
    async () => await service.call('POST', back(payment)),
  ]) {
    t.match(await send(), { status: 303, headers: { location: at(payment.paymentId, 'requires_action') } })
  }
})

t.test('an error of the return address is a page that says nothing about the payment', async t => {
  const service = await startService(t, OPTIONS)
  const payment = await pay(service, 'tok_ok')
  t.match(await service.call('POST', back(payment), FORM, undefined, 'x'.repeat(17 * 1024)), { status: 413, ...NEUTRAL })
  t.match(await service.call('POST', back(payment), {}, { status: 'success' }), { status: 415, ...NEUTRAL })
  t.match(await service.call('GET', '/api/payments/a%20b/return'), { status: 400, ...NEUTRAL })
  const gateway = new ScriptedGateway().willCharge(ON_PAGE).willLookup(new DomainError('store_unavailable', 'away', { retryAfterS: 7 }), new Error('a bug'))
  const away = await startService(t, { ...OPTIONS, replacements: { ...OPTIONS.replacements, gateways: [gateway] } })
  const open = await pay(away, 'tok')
  t.match(await away.call('GET', back(open)), { status: 503, ...NEUTRAL, headers: { ...NEUTRAL.headers, 'retry-after': '7' } })
  t.match(await away.call('GET', back(open)), { status: 500, ...NEUTRAL })
})

t.test('without the key, a payment and no payment look the same: no status, no redirect, no question to the provider', async t => {
  const gateway = new ScriptedGateway().willCharge(ON_PAGE)
  const service = await startService(t, { ...OPTIONS, replacements: { ...OPTIONS.replacements, gateways: [gateway] } })
  const { paymentId } = await pay(service, 'tok')
  const addresses = [`/api/payments/${paymentId}/return`, `/api/payments/${paymentId}/return?key=${'x'.repeat(43)}`, `/api/payments/${paymentId}/return?key=`, `/api/payments/pay_none/return?key=${KEY}`]
  const answers = await Promise.all(addresses.flatMap((address) => [service.call('GET', address), service.call('POST', address, FORM, undefined, `key=${KEY}`)]))
  for (const answer of answers) t.match(answer, { status: 404, ...NEUTRAL, headers: { ...NEUTRAL.headers, 'cache-control': 'no-store' } })
  t.equal(new Set(answers.map(({ text }) => text)).size, 1)
  t.equal(gateway.lookups.length, 0)
  t.notOk('location' in (answers[0]?.headers ?? {}))
})

t.test('the key is in no answer of the API and in no log', async t => {
  const service = await startService(t, OPTIONS)
  const payment = await pay(service, 'tok_ok', { orderId: 'order-key' })
  await service.call('GET', back(payment))
  await service.call('GET', `${back(payment)}&x=%`)
  const answers = await Promise.all([
    service.call('GET', `/api/payments/${payment.paymentId}`, ada), service.call('GET', `/api/payments/${payment.paymentId}`, adminToken),
    service.call('GET', '/api/admin/payments', adminToken), service.call('GET', '/api/admin/export?type=payments&format=ndjson', adminToken),
    service.call('GET', '/api/search?q=order-key&type=orders', ada), service.call('GET', '/metrics'),
  ])
  for (const { status, text } of answers) t.match([status, text.includes(KEY)], [200, false])
  t.notMatch(JSON.stringify(payment), KEY)
  t.notMatch(service.logs.join(''), KEY)
})

t.test('a payment without a return URL is answered with a page that shows its status alone', async t => {
  const service = await startService(t, OPTIONS)
  for (const [token, text] of [['tok_ok', 'was made'], ['tok_processing+lost', 'being processed'], ['tok_declined', 'declined']] as const) {
    const { paymentId, payment = { paymentId } } = await pay(service, token, { description: 'a secret wish' })
    const answer = await service.call('GET', back(payment as Answer['body']))
    t.match(answer, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': /default-src 'none'/ } })
    t.match(answer.text, text)
    t.notMatch(answer.text.replace(/<style>.*<\/style>/s, ''), /500|TRY|secret|order|ada|sim_/)
  }
})

t.test('the page of a return speaks Turkish to a browser that prefers it, also where it refuses', async (t) => {
  const service = await startService(t, OPTIONS)
  const turkish = { 'accept-language': 'tr-TR,tr;q=0.9,en;q=0.8' }
  const { paymentId } = await pay(service, 'tok_ok', { description: 'x' })
  t.match(await service.call('GET', back({ paymentId } as Answer['body']), turkish), { status: 200, text: /<html lang="tr">.*Ödeme yapıldı/s })
  t.match(await service.call('GET', '/api/payments/pay_none/return', turkish), { status: 404, text: /mağazaya dönün/ })
  t.match(await service.call('POST', `/api/payments/${paymentId}/return`, { ...turkish, 'content-type': 'text/plain' }, undefined, 'x'), { status: 415, text: /mağazaya dönün/ })
})

t.test('any number of payers return from one address, and nobody meets a limit or JSON', async t => {
  const service = await startService(t, { ...OPTIONS, env: { ...OPTIONS.env, RATE_LIMIT_MAX: '5' } })
  const payment = await pay(service, 'tok_ok')
  const answers: Answer[] = []
  for (let index = 0; index < 100; index++) answers.push(await service.call('GET', back(payment)))
  t.ok(answers.every(({ status }) => status === 303))
  for (let index = 0; index < 20; index++) t.match(await service.call('GET', '/api/payments/pay_none/return'), { status: 404, ...NEUTRAL })
})

t.test('a payer comes back to an address with the key of the payment, if it has one', async (t) => {
  t.equal(returnPath({ paymentId: 'pay_1', returnKey: 'secret' }), '/api/payments/pay_1/return?key=secret')
  t.equal(returnPath({ paymentId: 'pay_1', returnKey: null }), '/api/payments/pay_1/return')
})
