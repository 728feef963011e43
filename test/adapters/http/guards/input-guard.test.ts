import t from 'tap'
import { as, key, startService } from '../../../support/service.js'

const ada = as('ada')
const CARD = '4242 4242 4242 4242'
const PLAIN = CARD.replaceAll(' ', '')
const message = { receiverId: 'bora', message: 'selam' }
const payment = { amount: 500, currency: 'TRY', orderId: 'o', paymentMethod: { token: 'tok_ok' } }

t.test('a refused card number names its field, and never shows what was sent', async t => {
  const { call } = await startService(t)
  const refused: Array<[pointer: string, path: string, body: object]> = [
    ['/body/message', '/api/messages', { ...message, message: `kart ${CARD}` }],
    ['/body/clientMessageId', '/api/messages', { ...message, clientMessageId: PLAIN }],
    ['/body/metadata/a/0/b', '/api/messages', { ...message, metadata: { a: [{ b: CARD }] } }],
    ['/body/metadata/pan', '/api/messages', { ...message, metadata: { pan: Number(PLAIN) } }],
    ['/body/metadata/pan', '/api/messages', { ...message, metadata: { pan: -Number(PLAIN) } }],
    ['/body/metadata/receiverId', '/api/messages', { ...message, metadata: { receiverId: PLAIN } }],
    ['/body/metadata', '/api/messages', { ...message, metadata: { [CARD]: 1 } }],
    ['/body/metadata', '/api/messages', { ...message, metadata: { 'a b<c>': { pan: CARD } } }],
    ['/body/orderId', '/api/payments/process', { ...payment, orderId: PLAIN }],
    ['/body/paymentMethod/token', '/api/payments/process', { ...payment, paymentMethod: { token: PLAIN } }],
    ['/body/description', '/api/payments/process', { ...payment, description: CARD }],
  ]
  for (const [pointer, path, body] of refused) {
    const { status, body: problem, text } = await call('POST', path, { ...ada, ...key('k') }, body)
    t.match([status, problem], [422, { code: 'card_number', detail: new RegExp(`^${pointer} looks`), errors: [{ pointer }] }], pointer)
    // The id of a request may have such digits by chance.
    t.notMatch(text.replace(/urn:basvideo:request:[\w-]+/, ''), /4242|a b/, pointer)
  }
  t.match(await call('POST', '/api/payments/process', { ...ada, ...key(PLAIN) }, payment), { status: 422, body: { code: 'card_number', errors: [{ pointer: '/headers/idempotency-key' }] } })
  t.match(await call('GET', `/api/payments/${PLAIN}`, ada), { status: 422, body: { code: 'card_number', errors: [{ pointer: '/params/paymentId' }] } })
  t.match(await call('GET', `/api/search?type=orders&q=${PLAIN}`, ada), { status: 422, body: { code: 'card_number', errors: [{ pointer: '/querystring/q' }] } })
  t.same((await call('GET', '/api/messages', ada)).body.items, [])
  t.same((await call('GET', '/api/payments', ada)).body.items, [])
})

t.test('people whose ids are long numbers write, are answered, read, blocked and paid', async t => {
  const { call } = await startService(t)
  for (const id of ['facebook|10155432109876737', PLAIN, `x-${PLAIN}`]) {
    const path = encodeURIComponent(id)
    t.equal((await call('POST', '/api/messages', as(id), { receiverId: 'ada', message: 'selam' })).status, 201, id)
    t.equal((await call('POST', '/api/messages', ada, { receiverId: id, message: 'selam' })).status, 201, id)
    t.equal((await call('GET', `/api/messages?otherUserId=${path}`, ada)).body.items.length, 2, id)
    for (const [method, rest] of [['PUT', 'read'], ['PUT', 'block'], ['DELETE', 'block']] as const) t.equal((await call(method, `/api/conversations/${path}/${rest}`, ada)).status, 200, `${id} ${rest}`)
    t.equal((await call('POST', '/api/payments/process', { ...ada, ...key(`k-${id.slice(0, 2)}`) }, { ...payment, orderId: `o-${id.slice(0, 2)}`, sellerId: id })).status, 201, id)
  }
})

t.test('a cursor is left to its list', async t => {
  const { call } = await startService(t)
  t.match(await call('GET', `/api/payments?cursor=${PLAIN}`, ada), { status: 400, body: { code: 'invalid_cursor' } })
})

t.test('numbers that a double would change are refused, and all others come back', async t => {
  const { call } = await startService(t)
  const send = (number: string) => call('POST', '/api/messages', ada, undefined, `{"receiverId":"bora","message":"x","metadata":{"a":[${number}]}}`)
  for (const number of ['9007199254740993', '9007199254740992', '-9007199254740992', '9007199254740993.0', '1e16', '1e300', '1e400', '-1e400', '12345678901234567890']) {
    t.match(await send(number), { status: 400, body: { code: 'validation_failed', errors: [{ pointer: '/body/metadata/a/0' }] } }, number)
  }
  for (const number of ['9007199254740991', '-9007199254740991', '0', '0.1', '41.00823812345678', '0.5123456789012345', '1.5e-7', '1e3']) {
    t.match(await send(number), { status: 201, body: { metadata: { a: [Number(number)] } } }, number)
  }
})

t.test('half of a surrogate pair and a deep nest are refused by name', async t => {
  const { call } = await startService(t)
  const nested = (levels: number): unknown => levels === 0 ? 1 : [nested(levels - 1)]
  t.match(await call('POST', '/api/messages', ada, { ...message, message: '\ud800' }), { status: 400, body: { code: 'malformed_request', errors: [{ pointer: '/body/message' }] } })
  t.match(await call('POST', '/api/messages', ada, { ...message, metadata: { a: nested(20) } }), { status: 400, body: { code: 'malformed_request', errors: [{ pointer: /^\/body\/metadata\/a\/0/ }] } })
})
