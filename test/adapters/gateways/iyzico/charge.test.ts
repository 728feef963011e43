import { readFileSync } from 'node:fs'
import t from 'tap'
import type { ChargeRequest } from '#application/ports/payment-gateway.js'
import { makeIyzicoGateway } from '#adapters/gateways/iyzico/gateway.js'
import { laterBy } from '#domain/time.js'
import { START } from '../../../support/builders.js'
import { API_KEY, hmac, SECRET_KEY, type IyzicoAnswer } from '../../../support/iyzico-server.js'
import { anIyzicoPayment, aRequest, BUYER, gatewayAnswering, gatewayAt, openShop, PATHS, signedBy, TOKEN } from './support.js'

const ADDRESS = { contactName: 'Bora Kaya', address: 'Moda Cd. 2', city: 'İstanbul', country: 'Turkey', zipCode: '34710' }

/** The body of the request by which a page is opened. */
async function opened (t: Parameters<typeof openShop>[0], request: ChargeRequest): Promise<Record<string, unknown>> {
  const { server, gateway } = await openShop(t)
  t.match(await gateway.charge(request), { kind: 'requires_action' })
  t.match(server.requests, [{ method: 'POST', path: PATHS.initialize, headers: { 'content-type': 'application/json' } }])
  return JSON.parse(String(server.requests[0]?.body)) as Record<string, unknown>
}

t.test('the page is requested with every field that iyzico requires, and the payer is sent to it', async (t) => {
  t.same(await opened(t, aRequest(anIyzicoPayment({ amount: 10_050 }))), {
    locale: 'tr',
    conversationId: 'pay_1',
    price: '100.50',
    paidPrice: '100.50',
    currency: 'TRY',
    basketId: 'order-1',
    paymentGroup: 'PRODUCT',
    callbackUrl: 'https://api.example/return',
    enabledInstallments: [1],
    buyer: {
      id: 'ada',
      name: 'Ada',
      surname: 'Yılmaz',
      email: 'ada@example.com',
      identityNumber: '74300864791',
      registrationAddress: 'İstiklal Cd. 1',
      city: 'İstanbul',
      country: 'Turkey',
      ip: '192.0.2.1',
    },
    billingAddress: { contactName: 'Ada Yılmaz', address: 'İstiklal Cd. 1', city: 'İstanbul', country: 'Turkey' },
    basketItems: [{ id: 'order-1', name: 'Order order-1', category1: 'Live commerce', itemType: 'VIRTUAL', price: '100.50' }],
  })
  const { gateway } = await openShop(t)
  t.same(await gateway.charge(aRequest()), {
    kind: 'requires_action',
    reference: '077aff05-1e9b-44aa-aa11-000000000000',
    nextAction: { type: 'redirect', url: 'https://sandbox-cpp.iyzipay.com?token=077aff05-1e9b-44aa-aa11-000000000000&lang=tr', expiresAt: laterBy(START, 31 * 60_000) },
  })
})

t.test('shipped items are physical and have an address, and items are lines that add up to the price', async (t) => {
  const items = [{ name: 'Scarf', quantity: 3, unitAmount: 3_333 }, { name: 'Pin', quantity: 1, unitAmount: 1 }]
  const payment = anIyzicoPayment({ items, shippingAddress: ADDRESS })
  const buyer = { ...BUYER, phone: '+905350000000', zipCode: '34433' }
  t.match(await opened(t, aRequest(payment, { buyer })), {
    price: '100.00',
    buyer: { gsmNumber: '+905350000000', zipCode: '34433' },
    billingAddress: { contactName: 'Ada Yılmaz', zipCode: '34433' },
    shippingAddress: ADDRESS,
    basketItems: [
      { id: '1', name: '3 × Scarf', category1: 'Live commerce', itemType: 'PHYSICAL', price: '99.99' },
      { id: '2', name: 'Pin', category1: 'Live commerce', itemType: 'PHYSICAL', price: '0.01' },
    ],
  })
  t.match(await opened(t, aRequest(payment, { billingAddress: ADDRESS })), { billingAddress: ADDRESS })
})

t.test('the phone number of the buyer goes as E.164, and one that cannot be read goes as it is', async (t) => {
  for (const [phone, gsmNumber] of [['0535 000 00 00', '+905350000000'], ['+44 7400 123456', '+447400123456'], ['unknown', 'unknown']] as const) {
    t.match(await opened(t, aRequest(anIyzicoPayment(), { buyer: { ...BUYER, phone } })), { buyer: { gsmNumber } }, phone)
  }
})

t.test('a charge that iyzico cannot accept is refused before anything is sent, and names what is missing', async (t) => {
  const { server, gateway } = await openShop(t)
  const { identityNumber, ...nameless } = BUYER
  gateway.check(aRequest())
  t.throws(() => { gateway.check(aRequest(anIyzicoPayment(), { token: 'key:token' })) }, { code: 'payment_method_invalid', message: /own page only/ })
  t.throws(() => { gateway.check(aRequest(anIyzicoPayment({ currency: 'JPY' }))) }, { code: 'unsupported_currency', message: /TRY, USD, EUR, GBP, CHF, NOK/ })
  t.throws(() => { gateway.check(aRequest(anIyzicoPayment(), { buyer: null })) }, { code: 'buyer_required', message: /buyer, with identityNumber, is missing/ })
  t.throws(() => { gateway.check(aRequest(anIyzicoPayment(), { buyer: nameless })) }, { code: 'buyer_required', message: /buyer\.identityNumber is missing/ })
  await t.rejects(gateway.charge(aRequest(anIyzicoPayment(), { buyer: null })), { code: 'buyer_required' })
  t.same(server.requests, [])
})

t.test('a page opens for each currency that is named, and for no other', async (t) => {
  const { gateway } = await openShop(t)
  const { currencies } = gateway.capabilities
  for (const currency of ['TRY', 'USD', 'EUR', 'GBP', 'CHF', 'NOK']) {
    t.match(await gateway.charge(aRequest(anIyzicoPayment({ currency }))), { kind: 'requires_action' }, currency)
  }
  t.same(currencies, ['TRY', 'USD', 'EUR', 'GBP', 'CHF', 'NOK'])
  for (const currency of ['JPY', 'KWD', 'RUB', 'AED', 'SEK']) {
    t.throws(() => { gateway.check(aRequest(anIyzicoPayment({ currency }))) }, { code: 'unsupported_currency' }, currency)
  }
})

t.test('an address and two keys are enough to take payments', async (t) => {
  const { server } = await openShop(t)
  const gateway = makeIyzicoGateway({ apiKey: API_KEY, secretKey: SECRET_KEY, baseUrl: server.url })
  t.match(await gateway.charge(aRequest()), { kind: 'requires_action' })
})

const UNDOCUMENTED = ['10299']
const REFUSED: ReadonlyArray<readonly [string, 'failed' | 'unknown']> = [
  ...['10051', '10005', '10012', '10034', '10041', '10043', '10054', '10057', '10058', '10084', '10093', '10201', '10209', '10215', '10217'].map((code) => [code, 'failed'] as const),
  ...['10214', '10216', '10219', '10228', '10240', '10241', '10242', '10246', '50000'].map((code) => [code, 'unknown'] as const),
  // Without a page nobody can pay, whatever the reason.
  ...UNDOCUMENTED.map((code) => [code, 'failed'] as const),
]

t.test('a refused page is a failure, unless the code leaves the outcome unknown', async (t) => {
  for (const [errorCode, kind] of REFUSED) {
    const gateway = await gatewayAnswering(t, { [PATHS.initialize]: { status: 'failure', errorCode, errorMessage: 'Kart limiti yetersiz' } })
    const answer = await gateway.charge(aRequest())
    if (kind === 'failed') t.same(answer, { kind, reference: null, failure: { code: errorCode, message: 'Kart limiti yetersiz' } })
    else t.same(answer, { kind, reason: `iyzico refused with code ${errorCode}` })
  }
})

t.test('a refused page whose code is not that of a bank is no decline: the key, the account or the request is wrong', async (t) => {
  const codes = { access: ['1', '2', '1000', '1001', '1007', '3001', '5062', '9999'], request: ['3', '5', '11', '12', '999', undefined] }
  for (const about of ['access', 'request'] as const) {
    for (const errorCode of codes[about]) {
      const gateway = await gatewayAnswering(t, { [PATHS.initialize]: { status: 'failure', errorCode, errorMessage: 'api bilgileri bulunamadı' } })
      t.same(await gateway.charge(aRequest()), { kind: 'refused', about, code: errorCode ?? 'no_code' })
    }
  }
  const wrong = await openShop(t, { apiKey: 'another' })
  t.same(await wrong.gateway.charge(aRequest()), { kind: 'refused', about: 'access', code: '1000' })
  t.match(await wrong.gateway.lookup(anIyzicoPayment()), { kind: 'unknown' }, 'a look-up has no answer')
})

t.test('the documentation names the meaning of the codes, and the accepted currencies', async (t) => {
  const text = readFileSync('docs/iyzico.md', 'utf8')
  const rows = text.matchAll(/^\| ([\d ]+) \| (declined|unknown) \|$/gm).flatMap(([, codes = '', meaning]) => codes.split(' ').map((code) => [code, meaning === 'declined' ? 'failed' : 'unknown'] as const)).toArray()
  t.same(new Map(rows), new Map(REFUSED.filter(([code]) => !UNDOCUMENTED.includes(code))))
  t.same(/Currencies: ([A-Z, ]+)\./.exec(text)?.[1]?.split(', '), gatewayAt('https://iyzico.invalid').capabilities.currencies)
})

t.test('a refusal without a reason says so, and a long reason is cut', async (t) => {
  for (const [errorMessage, message] of [[null, 'iyzico gave no reason'], ['x'.repeat(600), 'x'.repeat(500)]] as const) {
    const gateway = await gatewayAnswering(t, { [PATHS.initialize]: { status: 'failure', errorCode: 10_051, errorMessage } })
    t.same(await gateway.charge(aRequest()), { kind: 'failed', reference: null, failure: { code: '10051', message } })
  }
  const gateway = await gatewayAnswering(t, { [PATHS.initialize]: { status: 'failure', errorCode: 'not a code' } })
  t.same(await gateway.charge(aRequest()), { kind: 'refused', about: 'request', code: 'no_code' })
})

t.test('a page counts only under the signature of iyzico, for our payment, with a token and an address', async (t) => {
  const url = 'https://sandbox-cpp.iyzipay.com?token=1'
  const good = signedBy(['pay_1', TOKEN], { conversationId: 'pay_1', token: TOKEN, paymentPageUrl: url })
  const bad: ReadonlyArray<readonly [IyzicoAnswer, RegExp]> = [
    [{ ...good, signature: hmac(`pay_1:${TOKEN}`, 'the key of a stranger') }, /signature/],
    [{ ...good, signature: undefined }, /signature/],
    [{ ...good, token: 'another' }, /signature/],
    [signedBy(['pay_2', TOKEN], { conversationId: 'pay_2', token: TOKEN, paymentPageUrl: url }), /another payment/],
    [signedBy(['pay_1', ''], { conversationId: 'pay_1', token: null, paymentPageUrl: url }), /unusable token/],
    [signedBy(['pay_1', '24478123'], { conversationId: 'pay_1', token: '24478123', paymentPageUrl: url }), /unusable token/],
    [signedBy(['pay_1', 'a b'], { conversationId: 'pay_1', token: 'a b', paymentPageUrl: url }), /unusable token/],
    [{ ...good, paymentPageUrl: undefined }, /no page/],
    [{ ...good, paymentPageUrl: 'javascript:alert(1)' }, /no page/],
    [{ ...good, paymentPageUrl: 'http://sandbox-cpp.iyzipay.com' }, /no page/],
    [{ ...good, status: 'Success' }, /neither success nor failure/],
    [[] as unknown as IyzicoAnswer, /not a JSON object/],
  ]
  t.match(await (await gatewayAnswering(t, { [PATHS.initialize]: good })).charge(aRequest()), { kind: 'requires_action', reference: TOKEN })
  for (const [answer, reason] of bad) {
    t.match(await (await gatewayAnswering(t, { [PATHS.initialize]: answer })).charge(aRequest()), { kind: 'unknown', reason }, String(reason))
  }
})
