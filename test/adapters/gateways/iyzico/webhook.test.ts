import { hash } from 'node:crypto'
import t from 'tap'
import { authorization, checkSigned, hmacHex, sameHex } from '#adapters/gateways/iyzico/signature.js'
import { signedAmount } from '#adapters/gateways/iyzico/fields.js'
import type { WebhookDelivery, VerifiedWebhook } from '#application/ports/payment-gateway.js'
import { START } from '../../../support/builders.js'
import { hmac, SECRET_KEY } from '../../../support/iyzico-server.js'
import { gatewayAt, TOKEN } from './support.js'

const GATEWAY = gatewayAt('https://iyzico.invalid', { previousSecretKeys: ['the key before'] })

/** Of a page, with the ids as numbers that no double holds. */
const PAGE = `{"paymentConversationId":"pay_1","merchantId":1,"token":"${TOKEN}","status":"SUCCESS","iyziReferenceCode":"r","iyziEventType":"CHECKOUT_FORM_AUTH","iyziEventTime":1,"iyziPaymentId":12345678901234567890}`
const PAGE_SIGNED = `CHECKOUT_FORM_AUTH12345678901234567890${TOKEN}pay_1SUCCESS`
/** Of a direct payment, which has no token. */
const DIRECT = '{"paymentConversationId":"pay_1","merchantId":1,"status":"SUCCESS","iyziReferenceCode":"r","iyziEventType":"API_AUTH","iyziEventTime":1,"iyziPaymentId":9,"paymentId":24478123}'
const DIRECT_SIGNED = 'API_AUTH24478123pay_1SUCCESS'

function delivery (body: string, signed: string, key = SECRET_KEY): WebhookDelivery {
  return { headers: { 'x-iyz-signature-v3': hmac(`${key}${signed}`, key) }, body: Buffer.from(body), now: START }
}

function verify (body: string, signed: string, key?: string): VerifiedWebhook {
  return GATEWAY.verifyWebhook(delivery(body, signed, key))
}

t.test('both formats are read, with ids digit by digit, and lead to a look-up', (t) => {
  t.same(verify(PAGE, PAGE_SIGNED), {
    eventId: hash('sha256', PAGE_SIGNED),
    formerEventId: hash('sha256', JSON.stringify(['CHECKOUT_FORM_AUTH', '12345678901234567890', TOKEN, 'pay_1', 'SUCCESS'])),
    type: 'CHECKOUT_FORM_AUTH.SUCCESS',
    paymentId: 'pay_1',
    providerReference: TOKEN,
    fact: 'ask',
  })
  t.match(verify(DIRECT, DIRECT_SIGNED), { type: 'API_AUTH.SUCCESS', paymentId: 'pay_1', providerReference: '24478123', fact: 'ask' })
  const bare = DIRECT.replace(',"paymentId":24478123', '')
  t.match(verify(bare, 'API_AUTHpay_1SUCCESS'), { providerReference: null, fact: 'ask' })
  t.end()
})

t.test('the worked examples of iyzico are valid webhooks', (t) => {
  const gateway = gatewayAt('https://iyzico.invalid', { secretKey: 'sandbox-UuLnD7wZa0a3DmytfIrwHQqAMfqCNJrs' })
  const shared = { paymentConversationId: 'conversationId', merchantId: 3_382_172, status: 'SUCCESS' }
  const page = { ...shared, token: 'e828c62d-fd12-4b1a-ad5a-380f15fe6596', iyziEventType: 'CHECKOUT_FORM_AUTH', iyziPaymentId: 22_483_975 }
  const direct = { ...shared, paymentId: 22_484_059, iyziEventType: 'API_AUTH', iyziPaymentId: 22_484_059 }
  for (const [body, signature, type] of [
    [page, '4031c575763486a2d2bf3f7ace0baebfcd6bed65393ab4df3fe80c00d5fd6878', 'CHECKOUT_FORM_AUTH.SUCCESS'],
    [direct, '92c7a72b7741bc83eb696066605c894778c87297b2c88d6037670666230e18ae', 'API_AUTH.SUCCESS'],
  ] as const) {
    const headers = { 'x-iyz-signature-v3': signature }
    t.match(gateway.verifyWebhook({ headers, body: Buffer.from(JSON.stringify(body)), now: START }), { type, paymentId: null, fact: null })
  }
  t.end()
})

t.test('an event is identified by its signed fields alone', (t) => {
  const { eventId } = verify(PAGE, PAGE_SIGNED)
  t.equal(verify(PAGE.replace('"r"', '"s"').replace('"iyziEventTime":1', '"iyziEventTime":2'), PAGE_SIGNED).eventId, eventId)
  t.equal(verify(PAGE.replace('12345678901234567890', '"12345678901234567890"'), PAGE_SIGNED).eventId, eventId)
  t.not(verify(PAGE.replace('SUCCESS', 'FAILURE'), PAGE_SIGNED.replace('SUCCESS', 'FAILURE')).eventId, eventId)
  t.end()
})

t.test('a status of an unfinished payment changes nothing, and every other status leads to a look-up, unknown ones too', (t) => {
  const underWay = ['INIT_THREEDS', 'CALLBACK_THREEDS', 'BKM_POS_SELECTED', 'CALLBACK_PECCO', 'INIT_APM', 'INIT_CONTACTLESS', 'INIT_CREDIT']
  for (const status of [...underWay, 'INIT_BANK_TRANSFER', 'PENDING_CREDIT', 'SUCCESS', 'FAILURE', 'SOMETHING_NEW']) {
    const { fact } = verify(PAGE.replace('SUCCESS', status), PAGE_SIGNED.replace('SUCCESS', status))
    t.equal(fact, underWay.includes(status) ? null : 'ask', status)
  }
  t.end()
})

t.test('a payment of another application of the merchant is not ours', (t) => {
  for (const reference of ['', 'order-7', 'pay_', `pay_${'x'.repeat(81)}`, 'repay_1']) {
    const webhook = verify(PAGE.replace('pay_1', reference), PAGE_SIGNED.replace('pay_1', reference))
    t.match(webhook, { paymentId: null, fact: null }, reference)
  }
  t.end()
})

t.test('a webhook under the previous key is accepted while keys change, one under any other key is not', (t) => {
  t.match(verify(PAGE, PAGE_SIGNED, 'the key before'), { fact: 'ask' })
  t.throws(() => verify(PAGE, PAGE_SIGNED, 'the key of a stranger'), { code: 'invalid_webhook_signature' })
  t.throws(() => gatewayAt('https://iyzico.invalid').verifyWebhook(delivery(PAGE, PAGE_SIGNED, 'the key before')), { code: 'invalid_webhook_signature' })
  t.end()
})

t.test('a webhook with a wrong signature is refused, readable or not', (t) => {
  const good = delivery(PAGE, PAGE_SIGNED)
  const header = String(good.headers['x-iyz-signature-v3'])
  const refused: Record<string, WebhookDelivery> = {
    'another status': { ...good, body: Buffer.from(PAGE.replace('SUCCESS', 'FAILURE')) },
    'another payment': { ...good, body: Buffer.from(PAGE.replace('pay_1', 'pay_2')) },
    'another type': { ...good, body: Buffer.from(PAGE.replace('CHECKOUT_FORM_AUTH', 'API_AUTH')) },
    'another id of iyzico': { ...good, body: Buffer.from(PAGE.replace('12345678901234567890', '12345678901234567891')) },
    'another token': { ...good, body: Buffer.from(PAGE.replace(TOKEN, 'other')) },
    'no token': { ...good, body: Buffer.from(PAGE.replace(`"token":"${TOKEN}",`, '')) },
    'two signatures': { ...good, headers: { 'x-iyz-signature-v3': [header, header] } },
    'half a signature': { ...good, headers: { 'x-iyz-signature-v3': header.slice(0, 32) } },
    'no JSON': { ...good, body: Buffer.from('<html>') },
    'no object': { ...good, body: Buffer.from('[]') },
    'no UTF-8': { ...good, body: Buffer.from([0xFF]) },
  }
  for (const [name, bad] of Object.entries(refused)) t.throws(() => GATEWAY.verifyWebhook(bad), { code: 'invalid_webhook_signature' }, name)
  t.match(GATEWAY.verifyWebhook({ ...good, headers: { 'x-iyz-signature-v3': header.toUpperCase() } }), { fact: 'ask' })
  t.end()
})

t.test('a signed webhook without content is invalid', (t) => {
  t.throws(() => verify(PAGE.replace('"SUCCESS"', 'null'), PAGE_SIGNED.replace('SUCCESS', '')), { code: 'invalid_webhook' })
  t.throws(() => verify(PAGE.replace('"CHECKOUT_FORM_AUTH"', 'null'), PAGE_SIGNED.replace('CHECKOUT_FORM_AUTH', '')), { code: 'invalid_webhook' })
  t.end()
})

t.test('one signature cannot be split anew into other fields', (t) => {
  const page = { paymentConversationId: 'pay_1', token: TOKEN, status: 'SUCCESS', iyziEventType: 'CHECKOUT_FORM_AUTH', iyziPaymentId: '24478123' }
  const signed = `CHECKOUT_FORM_AUTH24478123${TOKEN}pay_1SUCCESS`
  t.match(verify(JSON.stringify(page), signed), { paymentId: 'pay_1', fact: 'ask' })
  for (const other of [
    { iyziEventType: 'CHECKOUT_FORM_AUTH2', iyziPaymentId: '4478123' },
    { iyziPaymentId: '2447812', token: `3${TOKEN}` },
    { iyziPaymentId: `24478123${TOKEN.slice(0, 8)}`, token: TOKEN.slice(8) },
    { token: `${TOKEN}pay`, paymentConversationId: '_1' },
    { token: '', paymentId: '24478123', paymentConversationId: `${TOKEN}pay_1` },
    { paymentConversationId: 'pay_', status: '1SUCCESS' },
    { paymentConversationId: 'pay_1SUCC', status: 'ESS' },
    { paymentConversationId: 'pay_1SUCCES', status: 'S' },
  ]) {
    t.throws(() => verify(JSON.stringify({ ...page, ...other }), signed), { code: 'invalid_webhook' }, JSON.stringify(other))
  }
  t.end()
})

t.test('a signed webhook about a payment of ours whose fields do not have their forms is invalid', (t) => {
  const page = { paymentConversationId: 'pay_1', token: TOKEN, status: 'SUCCESS', iyziEventType: 'CHECKOUT_FORM_AUTH', iyziPaymentId: '24478123' }
  for (const bad of [{ status: 'success' }, { iyziEventType: 'form auth' }, { iyziPaymentId: 'x' }, { token: 'a-token' }]) {
    const { iyziEventType, iyziPaymentId, token, paymentConversationId, status } = { ...page, ...bad }
    t.throws(() => verify(JSON.stringify({ ...page, ...bad }), `${iyziEventType}${iyziPaymentId}${token}${paymentConversationId}${status}`), { code: 'invalid_webhook' }, JSON.stringify(bad))
  }
  t.end()
})

t.test('signatures are those of the worked examples', (t) => {
  // From iyzico's page on the validation of responses.
  const answer = { paymentId: '22416032', currency: 'TRY', basketId: 'basketId', conversationId: 'conversationId', paidPrice: '10.50', price: '10.5' }
  const signature = '836c3a6c8db86c81043f2ca74edb13518b54a813f454f8dd762f0dd658610173'
  checkSigned({ ...answer, signature }, 'paymentDetail', 'sandbox-qaIiLIxhjMgx3LSKIVvp6j17NunHOFtD')
  t.throws(() => { checkSigned({ ...answer, price: '10.51', signature }, 'paymentDetail', 'sandbox-qaIiLIxhjMgx3LSKIVvp6j17NunHOFtD') }, /signature/)
  const amounts = [['10', '10'], ['10.0', '10'], ['10.5', '10.5'], ['10.50', '10.5'], ['10.510', '10.51'], ['10.5105', '10.5105'], ['10.51050', '10.5105'], ['50.00', '50'], ['100', '100'], ['', '']] as const
  for (const [amount, expected] of amounts) t.equal(signedAmount(amount), expected, amount)
  // RFC 4231, test case 2.
  t.equal(hmacHex('Jefe', 'what do ya want for nothing?'), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  t.equal(sameHex('AB', 'ab'), true)
  t.equal(sameHex('', 'ab'), false)
  const expected = Buffer.from(`apiKey:key&randomKey:r&signature:${hmac('r/path{"ö":1}', 'secret')}`).toString('base64')
  t.equal(authorization({ apiKey: 'key', secretKey: 'secret' }, 'r', '/path', '{"ö":1}'), `IYZWSv2 ${expected}`)
  t.end()
})
