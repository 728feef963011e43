import t, { type Test } from 'tap'
import { USER_ID_PATTERN } from '#domain/accounts/user.js'
import { WITH_ACCOUNTS } from '../../../support/accounts.js'
import { BODIES } from '../../../support/bodies.js'
import { FROM_CONSOLE } from '../../../support/console.js'
import { ADMIN_TOKEN, adminUser, as, key, startService, type Answer, type Headers, type TestService } from '../../../support/service.js'
import type { Schema } from '../../../support/contract.js'
import { fieldsOf, replaced, valueAt } from '../../../support/fields.js'

const ada = as('ada')
const CARD = '4242 4242 4242 4242'

function nested (levels: number): unknown {
  return levels === 0 ? 1 : { a: nested(levels - 1) }
}

const CONTROLS = ['\u0000', 'a\u0000b', 'a\r\nb', 'a\tb', 'a\u007fb', 'a\u001bb', 'a\u202eb'].flatMap((text) => [text, `${text}@example.com`])
const WRONG_FOR_ALL = [null, true, 1.5]

/** Values that every field of such a schema refuses. */
function wrongFor ({ type: stated, minimum, minItems = 0, maxItems = 100, pattern, format, properties, additionalProperties }: Schema, right: unknown): unknown[] {
  const [type, ...others] = [stated].flat()
  if (others.length > 0) return wrongFor({ ...(pattern === undefined ? {} : { pattern }), type: String(type) }, right).filter((value) => value !== null)
  switch (type) {
    case 'string': return [
      ...WRONG_FOR_ALL, 7, [], {}, [right], '', '\ud800', `a\udfff${String(right)}`, CARD, 'x'.repeat(5000),
      ...(pattern === USER_ID_PATTERN ? [] : [`x${CARD.replaceAll(' ', '')}`, CARD.replaceAll(' ', '-')]),
      ...(pattern === undefined && format === undefined ? [] : CONTROLS),
    ]
    case 'boolean': return [null, 1.5, 0, 1, 'true', '', [], {}, [right]]
    case 'integer': return [...WRONG_FOR_ALL, '1', [], {}, [right], '', ...(minimum === 0 ? [] : [0]), -1, 1e300, -1e300, 2 ** 53, 4_242_424_242_424_242, 0.1 + 0.2]
    case 'array': return [...WRONG_FOR_ALL, 'x', 7, {}, ...(minItems === 0 ? [] : [[]]), [right], Array(maxItems + 1).fill((right as unknown[])[0])]
    default: return [...WRONG_FOR_ALL, 'x', 7, [], [right], ...(additionalProperties === true ? wrongMetadata : wrongObject(properties ?? {}, right))]
  }
}

const wrongMetadata = [
  nested(6), nested(17), nested(400), { a: 'x'.repeat(8192) }, { a: CARD }, { [CARD]: 1 }, { a: 4_242_424_242_424_242 }, { a: [{ b: CARD }] },
  { '\ud800': 1 }, { a: '\udc00' }, { a: 2 ** 53 }, { a: [-1e300] }, Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, i])),
]

function wrongObject (properties: Record<string, Schema>, right: unknown): unknown[] {
  const object = right as Record<string, unknown>
  const unknownKeys = ['unknown', 'x\r\ny', '\u0000', CARD, 'toString', 'hasOwnProperty', 'constructor'].map((name) => ({ ...object, [name]: 'x' }))
  const otherCase = Object.keys(properties).map((name) => ({ ...object, [name.toUpperCase()]: 'x' }))
  return [...unknownKeys, ...otherCase]
}

interface Target {
  /** The name of the schema of its body. */
  readonly schema: string
  readonly body: Record<string, unknown>
  /** Whether the route takes an Idempotency-Key. */
  readonly isKeyed: boolean
  readonly send: (body: unknown, payload?: string, headers?: Headers) => Promise<Answer>
}

/** Every documented operation with a body, by its id, at a service with one payment to refund and one streamer. */
async function targets ({ call, contract }: TestService): Promise<Record<string, Target>> {
  const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...as('deniz'), ...key('k') },
    { amount: 500, currency: 'TRY', orderId: 'o', sellerId: 'ada', paymentMethod: { token: 'tok_ok' } })
  const added = await call('POST', '/api/admin/streamers/add', { ...adminUser, ...key('k') }, { email: 'deniz@example.com', minutes: 60 })
  const ids: Record<string, string> = { paymentId, errorId: `err_${'a'.repeat(52)}`, sequence: '1', streamerId: (added.body['streamer'] as { streamerId: string }).streamerId }
  const found: Record<string, Target> = {}
  for (const [path, operations] of Object.entries(contract.document.paths)) {
    for (const [method, { operationId, requestBody, security, parameters = [] }] of Object.entries(operations)) {
      const name = requestBody?.content['application/json']?.schema.$ref.split('/').at(-1)
      // The signature of a webhook is checked before its body.
      if (name === undefined || /^\/api\/(?:payments|rooms|shipments)\/webhook/.test(path)) continue
      const query = parameters.some((parameter) => parameter.name === 'position') ? '?position=9.0' : ''
      const url = `${path.replaceAll(/\{(\w+)\}/g, (_, id: string) => ids[id] ?? 'none')}${query}`
      let calls = 0
      // Their limit is by caller, and far below the number of wrong bodies.
      const manyCallers = () => as(`ada${++calls}`)
      const callerOf = path.endsWith('/installments') ? manyCallers : () => path.startsWith('/api/console/') ? FROM_CONSOLE : security.length === 0 ? {} : /admin|rooms|\{/.test(path) ? adminUser : ada
      found[operationId] = {
        schema: name,
        body: BODIES[name] ?? {},
        isKeyed: parameters.some((parameter) => parameter.name === 'idempotency-key'),
        send: async (body, payload, headers) => await call(method.toUpperCase(), url, { ...callerOf(), ...key('k-1'), ...headers }, body, payload),
      }
    }
  }
  return found
}

/** Refusals of a body that the document forbids. What a right body names may be missing. */
const OF_BODY = new Set(['validation_failed', 'malformed_request', 'payload_too_large', 'unsupported_media_type', 'card_number'])

/** Holds the service to its state before: no message, one payment without refunds, and one streamer with all minutes. */
async function nothingStored (t: Test, { call }: TestService): Promise<void> {
  t.same((await call('GET', '/api/messages', ada)).body.items, [], 'no message')
  t.same((await call('GET', '/api/conversations', ada)).body.items, [], 'no conversation')
  t.same((await call('GET', '/api/payments', ada)).body.items, [], 'no payment')
  t.match((await call('GET', '/api/payments', as('deniz'))).body.items, [{ refunds: [], status: 'succeeded' }], 'no refund')
  const { body: { timeZone, quietHours } } = await call('GET', '/api/users/me/notification-preferences', ada)
  t.same([timeZone, quietHours], ['Europe/Istanbul', undefined], 'no preferences')
  const { body: { items } } = await call('GET', '/api/admin/streamers', adminUser)
  t.match([items.length, items[0]], [1, { minutesPurchased: 60, minutesUsed: 0 }], 'no entry')
  t.same((await call('GET', '/api/admin/users', adminUser)).body.items, [], 'no user')
}

const OPTIONS = { ...WITH_ACCOUNTS, env: { ...WITH_ACCOUNTS.env, RETURN_URL_ORIGINS: 'https://shop.example' } }

t.test('the right bodies, which the tests below spoil, have every field of the document and are accepted', async t => {
  const service = await startService(t, OPTIONS)
  const { schemas } = service.contract
  const all = await targets(service)
  t.same(new Set(Object.values(all).map(({ schema }) => schema)), new Set(Object.keys(BODIES)))
  for (const [name, { schema, body, send }] of Object.entries(all)) {
    t.same(fieldsOf(schemas[schema] ?? {}).filter(({ path }) => valueAt(body, path) === undefined), [], name)
    const { status, body: { code } } = await send(body)
    t.ok(status < 500 && (status !== 403 || code === 'not_a_streamer') && !OF_BODY.has(code), `${name}: ${status} ${code}`)
  }
})

t.test('every field of every body refuses every wrong value, and nothing is stored', async t => {
  const service = await startService(t, OPTIONS)
  let count = 0
  for (const [name, target] of Object.entries(await targets(service))) {
    const { body, send } = target
    for (const { path, schema } of fieldsOf(service.contract.schemas[target.schema] ?? {})) {
      for (const value of wrongFor(schema, valueAt(body, path))) {
        const { status, text } = await send(replaced(body, path, value))
        const what = `${name} ${path.join('.')} = ${JSON.stringify(value).slice(0, 60)}`
        if (![400, 413, 422].includes(status)) t.fail(`${what}: ${status} ${text}`)
        if (/4242.?4242|x{9}/.test(text) || text.includes('a\\u0000')) t.fail(`${what} is repeated: ${text}`)
        count++
      }
    }
  }
  t.ok(count > 500, `${count} wrong bodies`)
  await nothingStored(t, service)
})

t.test('keys that name prototypes are refused at every level', async t => {
  const service = await startService(t, OPTIONS)
  for (const { body, send } of Object.values(await targets(service))) {
    const text = JSON.stringify(body)
    for (const planted of ['"__proto__":{"admin":true},', '"__proto__":null,', '"constructor":{"prototype":{"admin":true}},', '"\\u005f_proto__":{},']) {
      for (const { index } of text.matchAll(/\{/g)) {
        const { status, body: { code } } = await send(undefined, `${text.slice(0, index + 1)}${planted}${text.slice(index + 1)}`)
        t.equal(status, 400, `${planted} at ${index}`)
        t.ok(['malformed_request', 'validation_failed'].includes(code))
      }
    }
  }
  t.notOk('admin' in {})
  await nothingStored(t, service)
})

t.test('a body that is not a JSON object in UTF-8 of a moderate size is refused', async t => {
  const service = await startService(t, OPTIONS)
  for (const { send } of Object.values(await targets(service))) {
    for (const payload of [' ', '{', '{"a":1}}', "{'a':1}", '{"a":NaN}', '[]', 'null', '7', '"x"', '\ufeff', 'undefined', '{"amount":1e999}', `${'['.repeat(30_000)}`, '{"receiverId":"bora","message":"a\u0000"}x']) {
      t.equal((await send(undefined, payload)).status, 400, payload.slice(0, 30))
    }
    t.match(await send(undefined, JSON.stringify({ message: 'x'.repeat(65_536) })), { status: 413, body: { code: 'payload_too_large' } })
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonx', 'nonsense', '']) {
      t.match(await send(undefined, '{}', { 'content-type': type }), { status: 415, body: { code: 'unsupported_media_type' } }, type)
    }
  }
  await nothingStored(t, service)
})

t.test('an Idempotency-Key has 1 to 255 visible characters, and is required where money moves', async t => {
  const service = await startService(t, OPTIONS)
  for (const [name, { body, isKeyed, send }] of Object.entries(await targets(service))) {
    if (!isKeyed) continue
    const { clientMessageId, ...rest } = body
    for (const wrong of ['', ' ', '""', '"open', 'a b', 'ş', '"a"b', '"\\x"', 'x'.repeat(256), `"${'x'.repeat(256)}"`, 'x'.repeat(600)]) {
      const { status, body: { code } } = await send(rest, undefined, key(wrong))
      t.equal(status, 400, `${name} ${wrong.slice(0, 20)}`)
      t.ok(['idempotency_key_invalid', 'validation_failed'].includes(code))
    }
    t.match(await send(rest, undefined, key(CARD.replaceAll(' ', ''))), { status: 422, body: { code: 'card_number' } })
  }
  await nothingStored(t, service)
  const { paymentId } = (await service.call('GET', '/api/payments', as('deniz'))).body.items[0] ?? {}
  t.match(await service.call('POST', '/api/admin/streamers/add', adminUser, BODIES['AddStreamerBody']), { status: 400, body: { code: 'idempotency_key_missing' } })
  t.match(await service.call('POST', '/api/streamers/str_1/usage', ada, BODIES['UseMinutesBody']), { status: 400, body: { code: 'idempotency_key_missing' } })
  for (const [url, body] of [['/api/payments/process', BODIES['ProcessPaymentBody']], [`/api/payments/${paymentId}/refund`, {}]] as const) {
    t.match(await service.call('POST', url, ada, body), { status: 400, body: { code: 'idempotency_key_missing' } }, url)
  }
})

t.test('queries and paths that the document forbids are refused', async t => {
  const { call } = await startService(t)
  const text = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const position = { list: 'messages ', key: '2026-01-01T00:00:00.000Z#msg_1', marks: {} }
  const cursors = ['x', '!', text([]), text({}), 'a'.repeat(1024), text({ ...position, list: 'messages bora' }), text({ ...position, key: 'x' }), text({ ...position, marks: { 'a#b': 'x' } }),
    text({ ...position, marks: { ada: 7 } }), text({ ...position, more: 1 }), text({ ...position, key: '2026-01-01T00:00:00.000Z#\u0000' })]
  for (const cursor of cursors) t.match(await call('GET', `/api/messages?cursor=${cursor}`, ada), { status: 400, body: { code: 'invalid_cursor' } }, cursor)
  t.equal((await call('GET', `/api/messages?cursor=${text(position)}`, ada)).status, 200, 'a right one passes')
  for (const limit of ['0', '101', '-1', '1.5', '1e1', '01', 'ten', '', ' 1', '9'.repeat(30), '1&limit=2']) {
    t.match(await call('GET', `/api/messages?limit=${limit}`, ada), { status: 400, body: { code: 'validation_failed', errors: [{ pointer: '/querystring/limit' }] } }, limit)
  }
  for (const query of ['unknown=1', '__proto__=1', 'cursor=', `cursor=${'a'.repeat(1025)}`, 'otherUserId=a%23b', 'otherUserId=a%00', 'otherUserId=%ED%A0%80', 'otherUserId=', 'otherUserId=%', 'status=x']) {
    t.match(await call('GET', `/api/messages?${query}`, ada), { status: 400 }, query)
  }
  t.match(await call('GET', '/api/payments?status=paid', ada), { status: 400, body: { code: 'validation_failed' } })
  for (const path of ['/api/payments/%', '/api/payments/%zz', '/api/payments/%ED%A0%80', '/api/payments/a%00b', '/api/payments/a%0d%0ab', `/api/payments/${'a'.repeat(200)}`, `/api/payments/${'a'.repeat(300)}`]) {
    t.match(await call('GET', path, ada), { status: 400 }, path.slice(0, 40))
  }
  const card = CARD.replaceAll(' ', '')
  for (const [method, url] of [
    ['GET', `/api/payments/${card}`], ['PUT', `/api/messages/${card}/read`],
  ] as const) t.match(await call(method, url, ada), { status: 422, body: { code: 'card_number' } }, url)
})

t.test('an unknown address is a problem', async t => {
  const { call } = await startService(t)
  for (const [method, url] of [['GET', '/api'], ['PATCH', '/apiXhealth'], ['POST', '/api/messages/m/read/x'], ['GET', '//'], ['GET', '/api/messages/']] as const) {
    t.match(await call(method, url, adminUser), { status: 404, body: { code: 'route_not_found' } }, `${method} ${url}`)
  }
  t.notOk((await call('GET', `/${ADMIN_TOKEN}`)).text.includes(ADMIN_TOKEN), 'the address is not repeated')
})

t.test('another method than those of a known path is 405, and Allow lists these', async (t) => {
  const { app, call } = await startService(t, { env: { CORS_ORIGINS: 'https://shop.example' } })
  for (const [method, url, allow] of [
    ['PATCH', '/api/messages', 'GET, HEAD, POST'],
    ['DELETE', '/api/payments/pay_1?expand=refunds', 'GET, HEAD'],
    ['PUT', '/api/payments/process', 'GET, HEAD, POST'],
    ['POST', '/api/health', 'GET, HEAD'],
    ['GET', '/api/conversations/bora/block', 'DELETE, PUT'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['PUT', '/docs/static/index.css', 'GET, HEAD'],
    ['TRACE', '/api/messages', 'GET, HEAD, POST'],
  ] as const) {
    t.match(await call(method, url), { status: 405, headers: { allow }, body: { code: 'method_not_allowed', detail: `this path takes ${allow}` } }, `${method} ${url}`)
  }
  t.match(await app.inject({ method: 'HEAD', url: '/api/payments/pay_1/refund' }), { statusCode: 405, headers: { allow: 'POST' } })
  t.match(await call('HEAD', '/api/health'), { status: 200 })
  t.match(await call('OPTIONS', '/api/messages', { origin: 'https://shop.example', 'access-control-request-method': 'POST' }), { status: 204 })
  t.match(await call('GET', '/docs/none'), { status: 404, body: { code: 'route_not_found' } }, 'a route that finds nothing')
})
