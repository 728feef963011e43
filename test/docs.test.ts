import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { TABLES } from '#adapters/dynamodb/engine/tables.js'
import { PAYMENT_FLAGS, PAYMENT_STATUSES } from '#domain/payments/payment.js'
import { WAIT_REASONS, WEBHOOK_EVENT_STATES } from '#domain/payments/webhook-event.js'
import { CURL_LINES } from '#infrastructure/runtime/banner.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { Environment } from '#infrastructure/config/environment.js'
import { makeLogger } from '#infrastructure/runtime/logger.js'
import { buildService } from '#infrastructure/server.js'

const read = (path: string): string => readFileSync(path, 'utf8')
const README = read('README.md')
const ARCHITECTURE = read('docs/architecture.md')

interface Variable {
  readonly name: string
  readonly value: string
  readonly description: string
}

const variables = Object.entries<{ default?: unknown, description?: string }>(Environment.properties)
  .map(([name, { default: value, description = '' }]): Variable => ({ name, value: String(value ?? ''), description }))

t.test('.env.example has every variable that the service reads, with its default and meaning, and no other', async (t) => {
  const documented = read('.env.example').matchAll(/^# (?<description>.+)\n#(?<name>[A-Z_]+)=(?<value>.*)$/gm)
    .map(({ groups }): Variable => ({ name: '', value: '', description: '', ...groups })).toArray()
  t.strictSame(documented, variables)
})

t.test('the README lists the same variables', async (t) => {
  const documented = README.matchAll(/^\| `(?<name>[A-Z_]+)` \| (?:–|`(?<value>.*?)`) \| (?<description>.+) \|$/gm)
    .map(({ groups }): Variable => ({ name: groups?.['name'] ?? '', value: groups?.['value'] ?? '', description: groups?.['description'] ?? '' })).toArray()
  t.strictSame(documented, variables)
})

t.test('the README shows the very lines that the first start prints', async (t) => {
  const shown = README.matchAll(/^```sh\n(?<lines>[^`]*curl[^`]*)```/gm).map(({ groups }) => groups?.['lines']).toArray().join('')
  t.equal(shown.replaceAll('\n\n', '\n').trim(), CURL_LINES.replaceAll('\n\n', '\n').trim())
})

async function openapi (): Promise<Document> {
  const config = loadConfig({ USE_DYNAMODB: 'false', AUTH_MODE: 'local' }, () => 'a secret that is long enough for HS256')
  const { app } = await buildService(config, makeLogger({ level: 'silent', secrets: [], write: () => {} }))
  const response = await app.inject('/openapi.json')
  await app.close()
  return response.json<Document>()
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: { readonly schemas: Readonly<Record<string, { readonly required: readonly string[] }>> }
}

t.test('the README lists the routes of the OpenAPI document, and no other', async (t) => {
  const { paths } = await openapi()
  const served = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
  const listed = README.matchAll(/`((?:GET|POST|PUT|DELETE|PATCH) \/[^`]*)`/g).map(([, route]) => route).toArray()
  t.strictSame(listed.toSorted(), served.toSorted())
})

t.test('the answers in the README have the members of their schemas', async (t) => {
  const { components: { schemas } } = await openapi()
  const answers = README.matchAll(/^```json\n(.*)\n```/gm).map(([, json = '']) => JSON.parse(json) as Record<string, unknown>).toArray()
  const members = answers.map((answer) => Object.keys(answer).toSorted())
  t.strictSame(members, ['Message', 'MessageList', 'Payment', 'Payment'].map((name) => schemas[name]?.required.toSorted()))
})

t.test('the architecture lists every table with its key and indexes, and no other', async (t) => {
  const documented = ARCHITECTURE.matchAll(/^\| `basvideo-(?<suffix>[\w-]+)` \| (?<key>.+?) \| (?<indexes>.+?) \|$/gm)
    .map(({ groups }) => [groups?.['suffix'], names(groups?.['key']), names(groups?.['indexes'])]).toArray()
  const defined = Object.values<Table>(TABLES)
    .map(({ suffix, hash, range, indexes }) => [suffix, [hash, ...(range === undefined ? [] : [range])], indexes.map(({ name }) => name)])
  t.strictSame(documented.toSorted(), defined.toSorted())
})

interface Table {
  readonly suffix: string
  readonly hash: string
  readonly range?: string
  readonly indexes: ReadonlyArray<{ readonly name: string }>
}

function names (cell = ''): string[] {
  return cell.matchAll(/`([^`]+)`/g).map(([, name = '']) => name).toArray()
}

t.test('the architecture names every flag of a payment, and no other', async (t) => {
  const sentence = /Flags stay until a person has looked:\n(.+)\./.exec(ARCHITECTURE)?.[1]
  t.strictSame(names(sentence), [...PAYMENT_FLAGS])
})

t.test('the handbook of payments explains every status, flag and state of an event, and no other, and every reason to wait', async (t) => {
  const handbook = read('docs/payments.md')
  const explained = (head: string) => handbook.split(`| ${head} |`)[1]?.split('\n\n', 1)[0]?.matchAll(/^\| `(\w+)` \| ./gm).map(([, name]) => name).toArray()
  t.strictSame(explained('status'), [...PAYMENT_STATUSES])
  t.strictSame(explained('flag'), [...PAYMENT_FLAGS])
  t.strictSame(explained('state'), [...WEBHOOK_EVENT_STATES])
  t.same(WAIT_REASONS.filter((reason) => explained('reason')?.includes(reason) !== true), [])
})

t.test('the README names scripts that exist', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const named = new Set(README.matchAll(/`npm (?:run )?(start|test|[a-z:]+)/g).map(([, name = '']) => name))
  t.ok(named.size > 5)
  for (const name of named) t.ok(name in scripts, name)
})

t.test('links between documents lead somewhere', async (t) => {
  const handbooks = readdirSync('docs').filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  for (const path of ['README.md', 'README.tr.md', 'CONTRIBUTING.md', 'SECURITY.md', ...handbooks]) {
    for (const [, link = ''] of read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)) t.ok(existsSync(join(dirname(path), link)), `${path} → ${link}`)
  }
})
