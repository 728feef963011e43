import { Ajv2020 } from 'ajv/dist/2020.js'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { forClients } from '#adapters/http/openapi/for-clients.js'
import { PROBLEMS } from '#adapters/http/shared/problems.js'
import { SHOWN_AS } from '#adapters/http/shared/schemas.js'
import { adminToken, startService } from '../../../support/service.js'
import { WITH_ACCOUNTS } from '../../../support/accounts.js'
import { registeredRoutes } from '../../../support/routes.js'

t.test('the document is OpenAPI 3.1 and holds every route of the API, each with an id of its own', async t => {
  const routes = await registeredRoutes(async () => await startService(t, WITH_ACCOUNTS))
  const { call, contract: { document } } = await startService(t, { ...WITH_ACCOUNTS, env: { ...WITH_ACCOUNTS.env, PUBLIC_URL: 'https://api.example' } })
  t.same((await call('GET', '/openapi.json')).body, document)
  t.match(document, { openapi: '3.1.0', info: { title: 'BasVideo API', version: /^\d/ }, servers: [{ url: 'https://api.example' }] })
  const documented = Object.entries(document.paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`))
  t.same(documented.sort(), routes.filter(({ isDocumented }) => isDocumented).map(({ name }) => name).sort())
  const ids = Object.values(document.paths).flatMap((operations) => Object.values(operations)).map(({ operationId }) => operationId)
  t.equal(new Set(ids).size, documented.length)
  t.notOk(ids.includes(''))
})

t.test('the document is the same whatever the configuration, and marks what a setting brings', async t => {
  const PUBLIC_URL = 'https://api.example'
  const others = [{}, { AUTH_MODE: 'local' }, { NODE_ENV: 'production', ALLOW_MEMORY: 'true', ALLOW_SIMULATOR: 'true', ORDERS: 'open' }, { METRICS_PORT: '0', API_DOCS: 'false' }]
  const texts: string[] = []
  for (const env of others) texts.push(JSON.stringify(await (await startService(t, { env: { ...env, PUBLIC_URL } })).app.openapi()))
  t.equal(new Set(texts).size, 1)
  const { contract: { document }, call } = await startService(t)
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const marked = operations.filter((operation) => 'x-only-where' in operation)
  t.same(marked.map(({ operationId }) => operationId).sort(), [
    'administerUser', 'beginSecondFactor', 'changeEmail', 'changePassword', 'confirmPhone', 'confirmSecondFactor', 'deleteAccount', 'endSecondFactor', 'enterConsole', 'forgotPassword', 'getConsoleSession', 'getConsoleSettings', 'getKeys', 'getMetrics', 'getProfile', 'getSecondFactor',
    'leaveConsole', 'listSessions', 'listUsers', 'login', 'logout', 'refreshSession', 'register', 'requestPhoneCode', 'resetPassword', 'revokeSession', 'stepUp', 'takeSecondFactor', 'updateProfile', 'verifyEmail', 'verifyResetToken',
  ])
  for (const { description, responses } of marked) t.ok(description.includes(' Only where ') && '404' in responses && '405' in responses)
  t.match(await call('POST', '/api/auth/login', {}, {}), { status: 404, body: { code: 'route_not_found' } }, 'this service has no accounts')
  t.match(await call('PATCH', '/api/admin/users/ada', adminToken, {}), { status: 405, body: { code: 'method_not_allowed' } })
})

t.test('each operation states what its route accepts, in the types of a client', async t => {
  const { contract: { document, schemas }, app } = await startService(t)
  const operations = Object.fromEntries(Object.values(document.paths).flatMap((methods) => Object.values(methods)).map((operation) => [operation.operationId, operation]))
  const [user, either] = [[{ bearer: [] }], [{ bearer: [] }, { adminToken: [] }]]
  t.same(['login', 'handleWebhook', 'sendMessage', 'getPayment', 'listAllPayments'].map((id) => operations[id]?.security), [[], [], user, either, either])
  for (const { operationId, summary, description, parameters = [] } of Object.values(operations)) {
    t.notMatch(summary, /\. |\.$/, `${operationId} has a summary of one sentence`)
    t.ok(description.startsWith(`${summary}. `) && description.endsWith('.'), operationId)
    const texts = parameters.filter(({ schema: { type, pattern = '', enum: values = [] } }) => type === 'string' && (/^\^[\][()0-9?|$-]+$/.test(pattern) || values.includes('true')))
    t.same(texts, [], `no number or truth value is a text in ${operationId}`)
  }
  const typeOf = (id: string, name: string) => operations[id]?.parameters?.find((parameter) => parameter.name === name)?.schema.type
  t.same([typeOf('listMessages', 'limit'), typeOf('exportPayments', 'bom'), typeOf('retryQuarantined', 'sequence')], ['integer', 'boolean', 'integer'])
  const headers = operations['processPayment']?.responses['409']?.headers as Record<string, { schema: { type: string } }>
  t.same(['retry-after', 'x-stale', 'x-request-id'].map((name) => headers[name]?.schema.type), ['integer', 'integer', 'string'])
  t.notMatch(JSON.stringify(document), SHOWN_AS)
  t.match(JSON.stringify(app.getSchemas()), SHOWN_AS)
  t.match(schemas['Payment']?.properties?.['refunds']?.items?.properties, { refundId: { type: 'string' } })
})

t.test('each object of the document has a name, and none is that of an operation', async t => {
  const { contract: { document } } = await startService(t)
  const { schemas } = document.components
  const anonymous: string[] = []
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || /\/(examples?|default)$/.test(path)) return
    if ('type' in value && value.type === 'object' && 'properties' in value) anonymous.push(path)
    for (const [name, child] of Object.entries(value)) visit(child, `${path}/${name}`)
  }
  visit(document.paths, 'paths')
  for (const [name, { type, ...schema }] of Object.entries(schemas)) visit(schema, name)
  t.same(anonymous, [])
  const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods)).map(({ operationId }) => operationId.toLowerCase())
  t.same(Object.keys(schemas).filter((name) => ids.includes(name.toLowerCase())), [])
  t.match(schemas['Payment']?.properties?.['nextAction'], { anyOf: [{ $ref: '#/components/schemas/NextAction' }, { type: 'null' }], description: /^What the payer has to do/ })
  t.match(schemas['NextAction'], {
    oneOf: [{ $ref: '#/components/schemas/RedirectAction' }, { $ref: '#/components/schemas/VoucherAction' }],
    discriminator: { propertyName: 'type', mapping: { redirect: '#/components/schemas/RedirectAction', voucher: '#/components/schemas/VoucherAction' } },
  })
})

t.test('an object without a name, and two of one name, make no document', (t) => {
  const documentOf = (schemas: object) => ({ components: { schemas }, paths: {} })
  const object = (title: string | undefined, name: string) => ({ type: 'object', ...(title !== undefined && { title }), properties: { [name]: { type: 'string' } } })
  const holder = (...inner: object[]) => ({ type: 'object', properties: Object.fromEntries(inner.map((schema, index) => [`field${index}`, schema])) })
  t.throws(() => forClients(documentOf({ Holder: holder(object(undefined, 'a')) })), { message: /^Holder\.properties\.field0 is an object without a title/ })
  t.throws(() => forClients(documentOf({ Holder: holder(object('One', 'a'), object('One', 'b')) })), { message: /field1 differs from the other object with the title One/ })
  t.throws(() => forClients(documentOf({ Holder: holder(object('Holder', 'a')) })), { message: 'two schemas have the name Holder' })
  t.same(forClients(documentOf({ Holder: holder(object('One', 'a'), object('One', 'a')) })).components.schemas, {
    Holder: holder({ $ref: '#/components/schemas/One' }, { $ref: '#/components/schemas/One' }), One: { type: 'object', properties: { a: { type: 'string' } } },
  })
  t.end()
})

t.test('the document has an ETag, and is not sent again to who has it', async t => {
  const { call } = await startService(t)
  const first = await call('GET', '/openapi.json')
  const etag = String(first.headers['etag'])
  t.match([etag, first.headers['cache-control']], [/^"[\w+/=]+"$/, 'public, no-cache'])
  t.match(await call('GET', '/openapi.json', { 'if-none-match': etag }), { status: 304, text: '', headers: { etag } })
  t.match(await call('GET', '/openapi.json', { 'if-none-match': '"another"' }), { status: 200, headers: { etag } })
  t.match(await call('HEAD', '/openapi.json'), { status: 200, text: '', headers: { etag } })
  t.equal((await call('GET', '/api/health')).headers['etag'], undefined)
})

t.test('every body has an example, and every example matches its schema', async t => {
  const { app, contract: { document } } = await startService(t, WITH_ACCOUNTS)
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'openapi')
  const named = Object.keys(document.components.schemas).filter((name) => name in app.getSchemas() || name.endsWith('Problem'))
  t.ok(named.length >= 9)
  for (const name of named) {
    const { examples = [] } = document.components.schemas[name] ?? {}
    t.ok(examples.length > 0, `${name} has an example`)
    for (const example of examples) t.ok(ajv.validate({ $ref: `openapi#/components/schemas/${name}` }, example), `${name}: ${ajv.errorsText()}`)
  }
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { requestBody, responses }] of Object.entries(operations)) {
      const bodies = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)].flatMap((content) => Object.entries(content ?? {}))
      const bare = bodies.filter(([type, content]) => type !== 'text/plain' && !('example' in content || 'examples' in content))
      t.same(bare, [], `${method} ${path}`)
    }
  }
})

t.test('the document lists every problem code, and declares each at a route that can answer it', async t => {
  const { contract: { document } } = await startService(t, WITH_ACCOUNTS)
  const { code } = document.components.schemas['Problem']?.properties ?? {}
  t.same(code?.['x-extensible-enum'], Object.keys(PROBLEMS))
  t.match(document.paths['/api/conversations/{otherUserId}/block']?.['put']?.responses['422']?.content?.['application/problem+json'], {
    schema: {
      oneOf: [{ $ref: '#/components/schemas/CardNumberProblem' }, { $ref: '#/components/schemas/SelfMessageProblem' }],
      discriminator: { propertyName: 'code', mapping: { card_number: '#/components/schemas/CardNumberProblem', self_message: '#/components/schemas/SelfMessageProblem' } },
    },
    examples: { CardNumberProblem: { $ref: '#/components/examples/CardNumberProblem' }, SelfMessageProblem: {} },
  })
  const examplesOf = (status: number) => {
    const { schema, examples = {} } = document.paths['/api/payments/process']?.['post']?.responses[String(status)]?.content?.['application/json'] as { schema: object, examples?: Record<string, { value: { status: string } }> }
    t.same(schema, { $ref: '#/components/schemas/Payment' })
    return Object.values(examples).map(({ value }) => value.status)
  }
  t.same([examplesOf(201), examplesOf(202)], [['succeeded', 'requires_action'], ['pending']])
  t.match(document.components.schemas['SelfMessageProblem'], { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: ['self_message'] }, status: { enum: [422] } } }] })
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const described = operations.flatMap(({ responses }) => Object.entries(responses).map(([status, { description }]) => `${status} ${description}`))
  for (const [name, { status, title, advice }] of Object.entries(PROBLEMS)) {
    t.ok(described.some((text) => text.startsWith(`${status} `) && text.includes(`\`${name}\`: ${title}. ${advice}`)), name)
  }
  t.same(described.filter((text) => text.endsWith('Default Response')), [], 'every response says what it means')
  for (const { operationId, responses, requestBody, security, parameters = [] } of operations) {
    const isOpen = security.length === 0
    const isIdempotent = parameters.some(({ name }) => name === 'idempotency-key')
    for (const [status, { headers = {}, description }] of Object.entries(responses)) {
      t.ok('x-request-id' in headers, `${operationId} ${status}`)
      t.equal('retry-after' in headers, ['409', '429', '503'].includes(status), `${operationId} ${status}`)
      t.equal('location' in headers, status === '303' || description.startsWith('Accepted; the outcome'), `${operationId} ${status}`)
      t.equal('idempotent-replayed' in headers, status.startsWith('2') && isIdempotent, `${operationId} ${status}`)
    }
    const isForPeople = 'text/html' in (responses['500']?.content ?? {})
    t.equal('429' in responses, !isForPeople, operationId)
    const always = ['500', '503', ...(requestBody === undefined ? [] : ['400', '413', '415'])]
    if (!isOpen) always.push('401')
    // Webhooks of providers are not searched for card numbers.
    if (requestBody !== undefined && !/^handle\w*Webhook$/.test(operationId)) always.push('422')
    t.same(always.filter((status) => !(status in responses)), [], operationId)
  }
})

t.test('the reference at /docs loads nothing from elsewhere', async t => {
  const { call } = await startService(t, WITH_ACCOUNTS)
  const page = await call('GET', '/docs')
  t.match(page, { status: 200, headers: { 'content-type': /text\/html/ } })
  const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address)
  t.ok(addresses.length >= 5)
  const styles: string[] = []
  for (const address of addresses) {
    t.match(address, /^(\.\/|\/docs\/)/)
    const asset = await call('GET', new URL(address, 'http://localhost/docs/').pathname)
    t.equal(asset.status, 200, address)
    if (address.endsWith('.css')) styles.push(asset.text)
  }
  t.notMatch(styles.join(''), /url\(["']?https?:|@import/, 'no style loads anything')
  const policy = String(page.headers['content-security-policy'])
  t.match(policy, /default-src 'self'/)
  t.match(policy, /script-src 'self'/)
  t.notMatch(policy, /https?:\/\/|swagger\.io|upgrade-insecure-requests|unsafe-eval|script-src[^;]*unsafe-inline/)
  const { text } = await call('GET', '/docs/static/swagger-initializer.js')
  t.match(text, /"validatorUrl":null/)
  t.match(text, /"layout":"BaseLayout"/, 'no bar with the logo of the framework and an address')
  t.match(page.text, /<title>BasVideo API<\/title>/)
  t.match((await call('GET', '/docs/static/theme/dark.js')).text, /prefers-color-scheme: dark.*'dark-mode'/s, 'it follows the colours of the browser')
  t.ok(styles.some((style) => style.includes('html.dark-mode')) && styles.some((style) => /max-width: 640px.*responses-table/s.test(style)), 'and fits on a narrow screen')
  t.notMatch(page.text, /favicon-\d+x\d+/, 'no icon of the framework')
})

t.test('no address below /docs reaches another route', async t => {
  const { url: address } = await startService(t, { listen: true })
  const { hostname, port } = new URL(address())
  for (const path of ['/docs/../api/payments', '/docs/../metrics', '/docs/..', '/docs/static/../../openapi.json', '/docs/none']) {
    // A raw request keeps the dots of the address.
    const [response] = await once(request({ hostname, port, path, agent: false }).end(), 'response') as [IncomingMessage]
    t.same([response.statusCode, (JSON.parse(await text(response)) as { code: string }).code], [404, 'route_not_found'], path)
  }
})
