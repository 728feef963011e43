import t from 'tap'
import { faultsOf } from '#adapters/http/shared/faults.js'
import { WITH_ACCOUNTS } from '../../../support/accounts.js'
import { adminToken, as, key, startService, type Body } from '../../../support/service.js'

const ada = as('ada')

/** The faults of a refusal, by their pointers. */
function faultsIn ({ errors }: Body): Record<string, string> {
  return Object.fromEntries((errors as Array<{ pointer: string, detail: string }>).map(({ pointer, detail }) => [pointer, detail]))
}

t.test('a refusal names all faults of the body at once, in words', async (t) => {
  const { call } = await startService(t)
  const answer = await call('POST', '/api/payments/process', { ...ada, ...key('k') }, {
    amount: 0.5, currency: 'lira', expiresInMinutes: 10, installments: 5, sellerId: 'a b', description: '', allowAnother: 'yes', returnUrl: 'shop',
    paymentMethod: 'card', items: [], metadata: [], orderToken: 'abc', unknown: 1, '<b>': 1, buyer: { email: 'ada', phone: '12' },
  })
  t.same([answer.status, answer.body.code], [400, 'validation_failed'])
  t.same(faultsIn(answer.body), {
    '/body': 'has a field that is not known',
    '/body/unknown': 'is not a field of this request',
    '/body/expiresInMinutes': 'must be a whole number from 30 to 1,440: how long the payer has to pay',
    '/body/orderToken': 'must be the order as the shop has signed it: a JWT of at most 48 KiB',
    '/body/amount': 'must be a whole number from 1 to 99,999,999,999: minor units, such as kuruş, cents or fils',
    '/body/currency': 'must be three capital letters of ISO 4217, such as TRY',
    '/body/paymentMethod': 'must be an object',
    '/body/sellerId': 'must be the id of a user, sub of their tokens: 1 to 128 letters of A to Z, digits and . _ : @ | + = -',
    '/body/description': 'must be a text of 1 to 500 characters',
    '/body/items': 'must be a list of 1 to 100 items',
    '/body/installments': 'must be one of 1, 2, 3, 6, 9, 12',
    '/body/metadata': 'must be an object',
    '/body/returnUrl': 'must be an address of at most 2,048 characters, to which the payer returns from a page of the provider',
    '/body/buyer/name': 'is missing',
    '/body/buyer/surname': 'is missing',
    '/body/buyer/address': 'is missing',
    '/body/buyer/city': 'is missing',
    '/body/buyer/country': 'is missing',
    '/body/buyer/email': 'must be an e-mail address of at most 254 characters',
    '/body/buyer/phone': "must be a phone number as people write it: with the country's code, or a number of Türkiye",
  }, 'twenty at most')
  t.equal(answer.body.detail.split('; ').length, 20)
})

t.test('conditions, limits and types of every kind read as sentences', async (t) => {
  const { call } = await startService(t)
  const faults = async (method: string, url: string, headers: Record<string, string>, body?: unknown) => faultsIn((await call(method, url, headers, body)).body)
  t.same(await faults('POST', '/api/payments/process', { ...ada, ...key('k') }, {}), { '/body/amount': 'is missing', '/body/currency': 'is missing', '/body/orderId': 'is missing' })
  t.same(await faults('POST', '/api/payments/process', { ...ada, ...key('k') }, { amount: 1, currency: 'TRY', orderId: 'o', allowAnother: 1 }), { '/body/allowAnother': 'must be true or false' })
  t.same(await faults('GET', '/api/messages?limit=500&x=1', ada), { '/querystring/x': 'is not a field of this request', '/querystring/limit': 'must be a number from 1 to 100: the items per page' })
  t.same(await faults('GET', '/api/payments?limit=1&limit=2', ada), { '/querystring/limit': 'must be a number from 1 to 100: the items per page' })
  t.same(await faults('GET', '/api/admin/payments?from=today&status=paid', adminToken), {
    '/querystring/status': 'must be one of pending, requires_action, succeeded, failed, canceled, partially_refunded, refunded, disputed',
    '/querystring/from': 'must be a moment of ISO 8601, or a day in timeZone',
  })
})

t.test('a large body gets its first fault alone', async (t) => {
  const { call } = await startService(t)
  const { body } = await call('POST', '/api/payments/process', { ...ada, ...key('k') }, { items: Array.from({ length: 20_000 }, () => ({})) })
  t.equal(Object.keys(faultsIn(body)).length, 1)
})

t.test('every field of a request with a pattern or a format says in words what it is', async (t) => {
  const { contract: { document } } = await startService(t, WITH_ACCOUNTS)
  const found: string[] = []
  const visit = (schema: unknown, path: string, ofParameter: unknown = ''): void => {
    if (typeof schema !== 'object' || schema === null) return
    const { pattern, format, description = ofParameter } = schema as Record<string, unknown>
    if ((typeof pattern === 'string' || typeof format === 'string') && !/^[A-Z0-9]/.test(String(description))) found.push(path)
    for (const [name, child] of Object.entries(schema)) visit(child, `${path}/${name}`, name === 'schema' ? description : '')
  }
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const { parameters = [], requestBody } of Object.values(operations)) visit([parameters, requestBody], path)
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) visit(schema, name)
  t.same(found, [])
})

t.test('a value may be what its schema says, in words', (t) => {
  const detailOf = (parentSchema?: object): string | undefined => faultsOf([{ keyword: 'type', instancePath: '/x', schemaPath: '', params: {}, ...(parentSchema === undefined ? {} : { parentSchema }) }], 'body')[0]?.detail
  t.same([
    undefined, {}, { type: 'array', maxItems: 5 }, { type: 'array', minItems: 1 }, { type: 'array' }, { type: 'string', minLength: 3 }, { type: ['string', 'null'], minLength: 1, maxLength: 9 },
    { type: 'integer', minimum: 1, maximum: 100_000 }, { type: 'integer', description: 'Minor units. Not more.' }, { type: 'boolean' }, { enum: ['a', 'b'] }, { type: 'string', pattern: 'x', description: 'A `code` of letters' },
  ].map(detailOf), [
    'must be an object', 'must be an object', 'must be a list of at most 5 items', 'must be a list of at least 1 items', 'must be a list', 'must be a text of at least 3 characters', 'must be a text of 1 to 9 characters, or null',
    'must be a whole number from 1 to 100,000', 'must be a whole number: minor units', 'must be true or false', 'must be one of a, b', 'must be a code of letters',
  ])
  t.match(faultsOf([{ keyword: 'minProperties', instancePath: '', schemaPath: '', params: {} }], 'body'), [{ pointer: '/body', detail: 'must have at least one field' }])
  t.end()
})
