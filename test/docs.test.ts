import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { TABLES } from '#adapters/dynamodb/engine/tables.js'
import { PROBLEMS } from '#adapters/http/shared/problems.js'
import { PAYMENT_FLAGS, PAYMENT_STATUSES } from '#domain/payments/payment.js'
import { WAIT_REASONS, WEBHOOK_EVENT_STATES } from '#domain/payments/webhook-event.js'
import { loadConfig } from '#infrastructure/config/config.js'
import { Environment } from '#infrastructure/config/environment.js'
import { makeLogger } from '#infrastructure/runtime/logger.js'
import { makeService } from '#infrastructure/server.js'
import { anchors, codeSpans, DOCUMENTS, readDocument as read } from './support/documents.js'

const README = read('README.md')
const CONFIGURATION = read('docs/configuration.md')
const API = read('docs/api.md')
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

t.test('the configuration guide lists the same variables', async (t) => {
  const documented = CONFIGURATION.matchAll(/^\| `(?<name>[A-Z_]+)` \| (?:–|`(?<value>.*?)`) \| (?<description>.+) \|$/gm)
    .map(({ groups }): Variable => ({ name: groups?.['name'] ?? '', value: groups?.['value'] ?? '', description: groups?.['description'] ?? '' })).toArray()
  t.strictSame(documented, variables)
})

async function openapi (): Promise<Document> {
  const config = loadConfig({ USE_DYNAMODB: 'false', AUTH_MODE: 'local' }, () => 'a secret that is long enough for HS256')
  const { app } = await makeService(config, makeLogger({ level: 'silent', secrets: [], write: () => {} }))
  const response = await app.inject('/openapi.json')
  await app.close()
  return response.json<Document>()
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: { readonly schemas: Readonly<Record<string, { readonly required: readonly string[] }>> }
}

t.test('the API guide lists the routes of the OpenAPI document, and no other', async (t) => {
  const { paths } = await openapi()
  const served = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
  const listed = API.matchAll(/`((?:GET|POST|PUT|DELETE|PATCH) \/[^`]*)`/g).map(([, route]) => route).toArray()
  t.strictSame(listed.toSorted(), served.toSorted())
})

t.test('the API guide lists every error code under its status, and no other', async (t) => {
  const listed = API.matchAll(/^\| (?<status>\d{3}) \| (?<codes>.+) \|$/gm)
    .flatMap(({ groups }) => names(groups?.['codes']).map((code) => [code, Number(groups?.['status'])])).toArray()
  t.strictSame(listed.toSorted(), Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]).toSorted())
})

t.test('the answers in the README have the members of their schemas', async (t) => {
  const { components: { schemas } } = await openapi()
  const answers = README.matchAll(/^```json\n(.*)\n```/gm).map(([, json = '']) => JSON.parse(json) as Record<string, unknown>).toArray()
  const members = answers.map((answer) => Object.keys(answer).toSorted())
  t.strictSame(members, ['Message', 'Payment', 'Problem'].map((name) => schemas[name]?.required.toSorted()))
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
  const sentence = /Flags ask a person to look, and go away once a person has decided their causes:\n(.+)\./.exec(ARCHITECTURE)?.[1]
  t.strictSame(names(sentence), [...PAYMENT_FLAGS])
})

t.test('the handbook of payments explains every status, flag and state of an event, and no other, and every reason to wait', async (t) => {
  const handbook = read('docs/payments.md')
  const explained = (head: string) => handbook.split(`| ${head} |`)[1]?.split('\n\n', 1)[0]?.matchAll(/^\| `(\w+)` \| ./gm).map(([, name]) => name).toArray()
  t.strictSame(explained('status'), [...PAYMENT_STATUSES])
  t.strictSame(explained('flag'), [...PAYMENT_FLAGS])
  t.strictSame(explained('cause of'), [...PAYMENT_FLAGS])
  t.strictSame(explained('state'), [...WEBHOOK_EVENT_STATES])
  t.same(WAIT_REASONS.filter((reason) => explained('reason')?.includes(reason) !== true), [])
})

t.test('each decision has a date, a status, and its context, decision and consequence, and the index leads to each room', async (t) => {
  const rooms = DOCUMENTS.filter((path) => path.startsWith('docs/decisions/'))
  for (const path of rooms) {
    const [, ...decisions] = read(path).split('\n## ')
    t.same(decisions.filter((decision) => !DECISION.test(decision)).map((decision) => decision.split('\n')[0]), [], path)
  }
  const listed = read('docs/decisions.md').matchAll(/^\| \[\w+\]\((decisions\/\w+\.md)\)/gm).map(([, link]) => `docs/${link}`).toArray()
  t.strictSame(listed.toSorted(), rooms.toSorted())
})

const DECISION = /^[^\n]+\n\n2026-\d\d-\d\d, (?:superseded by \[[^\n]+\n|accepted\.\n\n\*\*Context\.\*\* [^*]+\*\*Decision\.\*\* [^*]+\*\*Consequence\.\*\* [^*]+$)/

t.test('documents name scripts that exist, and the commands table names each that people run', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const path of DOCUMENTS) t.same(scriptsIn(path).filter((name) => !(name in scripts)), [], path)
  const explained = new Set(scriptsIn('docs/configuration.md'))
  t.same(Object.keys(scripts).filter((name) => !explained.has(name) && !['build', 'typecheck'].includes(name)), [])
})

function scriptsIn (path: string): string[] {
  return read(path).matchAll(/\bnpm (?:run (?<script>[a-z:]+)|(?<short>start|test)\b)/g).map(({ groups }) => groups?.['script'] ?? groups?.['short'] ?? '').toArray()
}

t.test('the configuration guide names each program of the service', async (t) => {
  const programs = readdirSync('src/infrastructure/programs').map((file) => file.replace(/\.ts$/, ''))
  t.same(programs.filter((program) => !CONFIGURATION.includes(`\`basvideo ${program}`)), [])
})

t.test('links between documents lead somewhere, and to a heading that is there', async (t) => {
  for (const path of DOCUMENTS) t.same(deadLinks(path, read(path)), [], path)
  t.same(deadLinks('docs/planted.md', '[a](api.md) [b](api.md#routes) [c](gone.md) [d](api.md#gone) [e](#here)\n\n## Here'), ['gone.md', 'api.md#gone'])
})

function deadLinks (path: string, text: string): string[] {
  return text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g).map(([, link = '']) => link).filter((link) => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : join(dirname(path), file)
    if (file !== '' && !existsSync(target)) return true
    return anchor !== undefined && !anchors(file === '' ? text : read(target)).includes(anchor)
  }).toArray()
}

t.test('pictures in documents are small', async (t) => {
  const pictures = DOCUMENTS.flatMap((path) => read(path).matchAll(/!\[[^\]]+\]\((?!https?:)([^)]+)\)/g).map(([, link = '']) => join(dirname(path), link)).toArray())
  t.ok(pictures.length >= 2)
  t.same(pictures.filter((path) => statSync(path).size > 150_000), [])
})

t.test('every file and folder that a document names in backticks exists', async (t) => {
  for (const path of DOCUMENTS) t.same(absentPaths(read(path)), [], path)
  t.same(absentPaths('`src/domain/` `src/domain/money.ts` `src/domain/gone.ts` `gone.md` `src/domain/<noun>/gone.ts` `build/src/domain/money.js` `/openapi.json`'),
    ['src/domain/gone.ts', 'gone.md'])
})

/** Paths from the root of the project; a pattern (`*`, `<noun>`) names no single file, and a compiled file stands for its source. */
function absentPaths (text: string): string[] {
  return codeSpans(text)
    .filter((span) => /^(?:(?:src|test|docs|scripts|bench|build)\/[\w./-]*|[\w-][\w./-]*\.(?:ts|js|sh|md|yaml))$/.test(span))
    .filter((span) => !existsSync(normalize(span.replace(/^build\/(.+)\.js$/, '$1.ts'))))
}
