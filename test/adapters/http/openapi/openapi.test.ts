import { Ajv2020 } from 'ajv/dist/2020.js'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { PROBLEMS } from '#adapters/http/shared/problems.js'
import { startService } from '../../../support/service.js'
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

t.test('every body has an example, and every example matches its schema', async t => {
  const { contract: { document } } = await startService(t, WITH_ACCOUNTS)
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'openapi')
  const named = Object.keys(document.components.schemas)
  t.ok(named.length >= 9)
  for (const name of named) {
    const { examples = [] } = document.components.schemas[name] ?? {}
    t.ok(examples.length > 0, `${name} has an example`)
    for (const example of examples) t.ok(ajv.validate({ $ref: `openapi#/components/schemas/${name}` }, example), `${name}: ${ajv.errorsText()}`)
  }
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { requestBody, responses }] of Object.entries(operations)) {
      const bodies = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)].flatMap((content) => Object.entries(content ?? {}))
      const bare = bodies.filter(([type, content]) => type !== 'text/plain' && !('$ref' in content.schema) && !('example' in content))
      t.same(bare, [], `${method} ${path}`)
    }
  }
})

t.test('the document lists every problem code, and declares each at a route that can answer it', async t => {
  const { contract: { document } } = await startService(t, WITH_ACCOUNTS)
  const { code } = document.components.schemas['Problem']?.properties ?? {}
  t.same(code?.['x-extensible-enum'], Object.keys(PROBLEMS))
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const described = operations.flatMap(({ responses }) => Object.entries(responses).map(([status, { description }]) => `${status} ${description}`))
  // An address or a method that is not a route has no operation.
  const { route_not_found: _, method_not_allowed: __, ...declared } = PROBLEMS
  for (const [name, { status, title, advice }] of Object.entries(declared)) {
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
    if (requestBody !== undefined && operationId !== 'handleWebhook') always.push('422')
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
