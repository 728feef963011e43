import t from 'tap'
import { houseFaults, ROOMS, unreachable } from './support/house-rules.js'
import { parse, readSources } from './support/imports.js'

const root = process.cwd()
const sources = readSources(root, 'src').map(parse)
const tests = readSources(root, 'test').map(parse)

/** The faults of files that are made up here: path → text. No room has to be inhabited. */
function faultsOf (planted: Record<string, string>): string[] {
  return houseFaults(Object.entries(planted).map(([path, text]) => parse({ path, text })), [])
}

t.test('the house keeps its own rules', async t => {
  t.same(houseFaults(sources), [])
})

t.test('every source file is imported from a test or an entry file, however far away', async t => {
  t.same(unreachable(sources, tests), [])
})

t.test('a file that nothing imports is found, one at the end of a chain is not', async t => {
  const planted = [
    parse({ path: 'src/domain/used.ts', text: "export * from './far.js'" }),
    parse({ path: 'src/domain/far.ts', text: 'export const far = 1' }),
    parse({ path: 'src/domain/started.ts', text: 'export const started = 1' }),
    parse({ path: 'src/domain/lost.ts', text: 'export const lost = 1' }),
    parse({ path: 'src/infrastructure/programs/start.ts', text: "import '#domain/started.js'" }),
  ]
  const test = parse({ path: 'test/domain/used.test.ts', text: "import { used } from '../../src/domain/used.js'" })
  const idleHelper = parse({ path: 'test/support/idle.ts', text: "import { lost } from '../../src/domain/lost.js'" })
  t.same(unreachable(planted, [test, idleHelper]), ['src/domain/lost.ts'])
})

t.test('an empty room is a fault', async t => {
  t.same(houseFaults([]), ROOMS.map(room => `${room}: is empty`))
})

t.test('a file outside every room is a fault', async t => {
  for (const path of ['src/helpers.ts', 'src/shared/text.ts', 'src/adapters/loose.ts', 'src/adapters/gateways/loose.ts']) {
    t.same(faultsOf({ [path]: '' }), [`${path}: stands in no room`])
  }
})

t.test('each forbidden import is a fault', async t => {
  const forbidden: Array<[path: string, text: string, fault: string]> = [
    ['src/domain/a.ts', "import { b } from '../application/b.js'", 'src/domain does not import src/application/b.ts'],
    ['src/domain/a.ts', "import { b } from '../adapters/memory/b.js'", 'src/domain does not import src/adapters/memory/b.ts'],
    ['src/domain/a.ts', "import { dinero } from 'dinero.js'", 'src/domain does not import dinero.js'],
    ['src/domain/a.ts', "import { createHash } from 'node:crypto'", 'src/domain does not import node:crypto'],
    ['src/application/a.ts', "import { b } from '../adapters/memory/b.js'", 'src/application does not import src/adapters/memory/b.ts'],
    ['src/application/a.ts', "import { b } from '../infrastructure/b.js'", 'src/application does not import src/infrastructure/b.ts'],
    ['src/application/x/a.ts', "import { v7 } from 'uuid'", 'src/application does not import uuid'],
    ['src/adapters/http/a.ts', "import { b } from '../memory/b.js'", 'src/adapters/http does not import src/adapters/memory/b.ts'],
    ['src/adapters/http/a.ts', "import { b } from '../../infrastructure/b.js'", 'src/adapters/http does not import src/infrastructure/b.ts'],
    ['src/adapters/http/a.ts', "import { b } from '@aws-sdk/client-dynamodb'", 'src/adapters/http does not import @aws-sdk/client-dynamodb'],
    ['src/adapters/dynamodb/a.ts', "import fastify from 'fastify'", 'src/adapters/dynamodb does not import fastify'],
    ['src/adapters/memory/a.ts', "import { readFile } from 'node:fs/promises'", 'src/adapters/memory does not import node:fs/promises'],
    ['src/adapters/new/a.ts', "import ms from 'ms'", 'src/adapters/new does not import ms'],
    ['src/adapters/gateways/simulator/a.ts', "import { b } from '../stripe/b.js'",
      'src/adapters/gateways/simulator does not import src/adapters/gateways/stripe/b.ts'],
    ['src/adapters/http/a.ts', "import { b } from '#adapters/memory/b.js'", 'src/adapters/http does not import src/adapters/memory/b.ts'],
    ['src/domain/payments/a.ts', "import { b } from '#application/b.js'", 'src/domain does not import src/application/b.ts'],
    ['src/adapters/smtp/a.ts', "import { b } from '../exchange/b.js'", 'src/adapters/smtp does not import src/adapters/exchange/b.ts'],
    ['src/adapters/smtp/a.ts', "import { b } from '../pages/b.js'", 'src/adapters/smtp does not import src/adapters/pages/b.ts'],
    ['src/adapters/exchange/a.ts', "import { b } from '../gateways/stripe/b.js'", 'src/adapters/exchange does not import src/adapters/gateways/stripe/b.ts'],
    ['src/infrastructure/a.ts', "import { b } from '#adapters/gateways/stripe/gateway.js'", 'infrastructure imports src/adapters/gateways/stripe/provider.ts, not src/adapters/gateways/stripe/gateway.ts'],
    ['src/infrastructure/a.ts', "import { b } from '../../test/b.js'", 'src does not import test/b.ts'],
    ['src/infrastructure/a.ts', "import { b } from '../../../elsewhere/b.js'", 'src does not import ../elsewhere/b.ts'],
    ['src/infrastructure/a.ts', "import { asValue } from 'awilix'", 'only src/infrastructure/wiring/container.ts imports awilix'],
  ]
  for (const [path, text, fault] of forbidden) t.same(faultsOf({ [path]: text }), [`${path}: ${fault}`])
})

t.test('an import is seen in every spelling', async t => {
  const spellings = [
    "import 'uuid'",
    "import type { V7Options } from 'uuid'",
    "import { type V7Options } from 'uuid'",
    "import uuid = require('uuid')",
    "export { v7 } from 'uuid'",
    "export type * from 'uuid'",
    "const uuid = await import('uuid')",
    'const uuid = await import(`uuid`)',
    "let options: import('uuid').V7Options",
  ]
  for (const text of spellings) t.same(faultsOf({ 'src/domain/a.ts': text }), ['src/domain/a.ts: src/domain does not import uuid'], text)
})

t.test('an import whose name is made while running is a fault', async t => {
  t.same(faultsOf({ 'src/application/a.ts': "await import('../adapters/' + name)" }),
    ["src/application/a.ts: src/application does not import import('../adapters/' + name)"])
})

t.test('what the house allows is no fault', async t => {
  t.same(faultsOf({
    'src/domain/a.ts': "import { b } from './b.js'\nexport const at = (now: string) => new Date(Date.parse(now))\nexport { b }",
    'src/domain/b.ts': "/** process.env, new Date() and import('uuid') in a comment. */\nexport const b = { process: 'console' }.process",
    'src/application/payments/a.ts': "import { a } from '../../domain/a.js'\nimport type { Store } from '../ports/store.js'",
    'src/application/ports/store.ts': "import type { b } from '../../domain/b.js'",
    'src/adapters/http/a.ts': "import { Type } from '@sinclair/typebox'\nimport { a } from '../../application/payments/a.js'\nimport './b.js'",
    'src/adapters/http/b.ts': 'export const at = () => Date.now()',
    'src/adapters/dynamodb/a.ts': "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'",
    'src/adapters/gateways/stripe/a.ts': "import { b } from '../../exchange/b.js'",
    'src/adapters/sms/a.ts': "import { b } from '../exchange/b.js'",
    'src/infrastructure/config/providers.ts': "import { stripe } from '#adapters/gateways/stripe/provider.js'",
    'src/infrastructure/wiring/container.ts': "import { asValue } from 'awilix'\nimport '#adapters/http/a.js'",
    'src/infrastructure/programs/start.ts': "import '../wiring/container.js'\nstart(process.env)",
    'src/adapters/http/payment-routes.ts': 'const { process: run } = useCases\nrun(useCases.process)',
    'src/infrastructure/server.ts': 'process.on("SIGTERM", stop)\nprocess.stdout.write("up")',
  }), [])
})

t.test('only the entry files read the environment, however it is spelled', async t => {
  const spellings = [
    'process.env.PORT', "process['env']", 'globalThis.process.env', 'const { env } = process', 'start(process)', 'start({ process })',
    "import { env } from 'node:process'",
  ]
  for (const text of spellings) {
    const path = 'src/infrastructure/config.ts'
    t.same(faultsOf({ [path]: text }), [`${path}: only the entry files read process.env`], text)
  }
})

t.test('domain and application use no clock, no randomness and nothing that surrounds them', async t => {
  const uses = [
    ['Date.now()', 'Date.now'],
    ['new Date()', 'new Date()'],
    ['new Date', 'new Date()'],
    ['Date()', 'Date'],
    ['const Clock = Date', 'Date'],
    ['Math.random()', 'Math.random'],
    ['process.exit()', 'process'],
    ['console.log(1)', 'console'],
    ['log({ console })', 'console'],
    ['crypto.randomUUID()', 'crypto'],
    ['setTimeout(later, 5)', 'setTimeout'],
    ['performance.now()', 'performance'],
    ['globalThis.fetch', 'globalThis'],
  ] as const
  for (const room of ['domain', 'application']) {
    for (const [text, use] of uses) {
      t.same(faultsOf({ [`src/${room}/a.ts`]: text }), [`src/${room}/a.ts: src/${room} does not use ${use}`], text)
    }
  }
})

t.test('a cycle of imports is a fault, of types alone too', async t => {
  t.same(faultsOf({
    'src/domain/a.ts': "import type { B } from './b.js'",
    'src/domain/b.ts': "export type { C } from './c.js'",
    'src/domain/c.ts': "import type { A } from './a.js'\nimport './d.js'",
    'src/domain/d.ts': "import './d.js'",
  }), [
    'src/domain/a.ts → src/domain/b.ts → src/domain/c.ts → src/domain/a.ts: is a cycle',
    'src/domain/d.ts → src/domain/d.ts: is a cycle',
  ])
})

t.test('a file of more than 250 lines is a fault, one of 250 is not', async t => {
  t.same(faultsOf({ 'src/domain/a.ts': '\n'.repeat(250) }), [])
  t.same(faultsOf({ 'src/domain/a.ts': '\n'.repeat(251) }), ['src/domain/a.ts: 251 lines, at most 250'])
})
