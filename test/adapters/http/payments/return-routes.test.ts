import t from 'tap'
import { as, key, startService, type Answer, type TestService } from '../../../support/service.js'

const ada = as('ada')
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const OPTIONS = { env: { RETURN_URL_ORIGINS: 'https://shop.example' } }
const RETURN_URL = 'https://shop.example/thanks?cart=7&status=mine#top'

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

const back = ({ paymentId }: Answer['body']): string => `/api/payments/${paymentId}/return`
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
    async () => await service.call('GET', `${back(payment)}?${form}&status=succeeded&returnUrl=https://evil.example/`),
    async () => await service.call('POST', back(payment)),
  ]) {
    t.match(await send(), { status: 303, headers: { location: at(payment.paymentId, 'requires_action') } })
  }
  t.match(await service.call('POST', back(payment), FORM, undefined, 'x'.repeat(17 * 1024)), { status: 413, body: { code: 'payload_too_large' } })
  t.match(await service.call('POST', back(payment), {}, { status: 'success' }), { status: 415, body: { code: 'unsupported_media_type' } })
  t.match(await service.call('GET', '/api/payments/pay_none/return'), { status: 404, body: { code: 'not_found' } })
  t.match(await service.call('GET', '/api/payments/a%20b/return'), { status: 400, body: { code: 'validation_failed' } })
})

t.test('a payment without a return URL is answered with a page that shows its status alone', async t => {
  const service = await startService(t, OPTIONS)
  for (const [token, text] of [['tok_ok', 'was made'], ['tok_processing+lost', 'being processed'], ['tok_declined', 'declined']] as const) {
    const { paymentId, payment = { paymentId } } = await pay(service, token, { description: 'a secret wish' })
    const answer = await service.call('GET', back(payment as Answer['body']))
    t.match(answer, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': /default-src 'none'/ } })
    t.match(answer.text, text)
    t.notMatch(answer.text, /500|TRY|secret|order|ada|sim_/)
  }
})

t.test('one address may return often, up to the limit', async t => {
  const service = await startService(t, OPTIONS)
  const payment = await pay(service, 'tok_ok')
  const statuses: number[] = []
  for (let index = 0; index < 61; index++) statuses.push((await service.call('GET', back(payment))).status)
  t.same([statuses.filter((status) => status === 303).length, statuses.at(-1)], [60, 429])
})
