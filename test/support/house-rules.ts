import { targetOf, type ParsedFile } from './imports.js'

/** Files that `basvideo <command>` runs. */
export const ENTRIES = ['start', 'tables', 'backfill', 'drain', 'doctor', 'seed', 'token', 'openapi'].map(name => `src/infrastructure/programs/${name}.ts`)

/** The bounded HTTP client and the shape of a provider: a room that other adapters share. */
const EXCHANGE = 'src/adapters/exchange'

/** The style of the pages that people see, for the adapters that have some. */
const PAGES = 'src/adapters/pages'
const WITH_PAGES = ['src/adapters/http', 'src/adapters/gateways/simulator']

/** The doors of the rooms of gateways and carriers: infrastructure knows each by this file alone. */
const DOORS = [['src/adapters/gateways/', 'provider.ts'], ['src/adapters/carriers/', 'carrier.ts']] as const

const CONTAINER = 'src/infrastructure/wiring/container.ts'

const LINES_MAX = 250

/** Rooms that must have files: a rule about an empty room always holds. */
export const ROOMS = [
  'src/domain',
  'src/application',
  'src/application/ports',
  'src/adapters/breaker',
  'src/adapters/carriers/dhl-ecommerce',
  'src/adapters/carriers/easypost',
  'src/adapters/carriers/geliver',
  'src/adapters/carriers/manual',
  'src/adapters/carriers/simulator',
  'src/adapters/carriers/yurtici',
  'src/adapters/cloudwatch',
  'src/adapters/demo',
  'src/adapters/dev-outbox',
  'src/adapters/dynamodb',
  'src/adapters/durability',
  'src/adapters/exchange',
  'src/adapters/gateways/iyzico',
  'src/adapters/gateways/simulator',
  'src/adapters/gateways/stripe',
  'src/adapters/http',
  'src/adapters/memory',
  'src/adapters/otel',
  'src/adapters/pages',
  'src/adapters/passwords',
  'src/adapters/prometheus',
  'src/adapters/redis',
  'src/adapters/sms',
  'src/adapters/smtp',
  'src/adapters/system',
  'src/adapters/templates',
  'src/adapters/tokens',
  'src/adapters/video',
  'src/adapters/workers',
  'src/infrastructure',
]

/** The packages of each adapter. `@scope/*` allows a whole scope. A new package is a decision that is made here. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'src/adapters/http': ['fastify', '@fastify/*', '@sinclair/typebox', 'csv-stringify', 'libphonenumber-js', 'node:async_hooks', 'node:buffer', 'node:crypto', 'node:http', 'node:net', 'node:stream', 'node:timers/promises'],
  'src/adapters/durability': ['cockatiel', 'node:fs/promises', 'node:path', 'node:sqlite', 'node:zlib'],
  'src/adapters/memory': ['sorted-btree'],
  'src/adapters/dynamodb': ['@aws-sdk/*', 'cockatiel', 'node:crypto', 'node:stream/consumers', 'node:timers/promises'],
  'src/adapters/breaker': ['cockatiel'],
  'src/adapters/carriers/easypost': ['node:crypto'],
  'src/adapters/carriers/geliver': ['node:crypto', 'node:timers/promises'],
  'src/adapters/carriers/yurtici': ['fast-xml-parser'],
  'src/adapters/prometheus': ['prom-client'],
  'src/adapters/redis': ['ioredis'],
  'src/adapters/otel': ['@opentelemetry/api', '@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/resources', '@opentelemetry/sdk-trace-node', 'node:timers/promises'],
  'src/adapters/exchange': ['fastify', 'node:crypto', 'node:http', 'node:https'],
  'src/adapters/gateways/iyzico': ['libphonenumber-js', 'node:crypto'],
  'src/adapters/tokens': ['fast-jwt', 'jose', 'node:crypto', 'otpauth'],
  'src/adapters/demo': ['fastify', '@sinclair/typebox', 'node:fs', 'node:module', 'node:path'],
  'src/adapters/dev-outbox': ['fastify'],
  'src/adapters/pages': ['node:crypto'],
  'src/adapters/sms': ['libphonenumber-js'],
  'src/adapters/smtp': ['nodemailer', 'node:timers/promises'],
  'src/adapters/templates': ['intl-messageformat'],
  'src/adapters/passwords': ['node:crypto', 'node:fs', 'node:module', 'node:path', 'node:util'],
  'src/adapters/carriers/simulator': ['@sinclair/typebox'],
  'src/adapters/gateways/simulator': ['fastify', '@sinclair/typebox', 'node:crypto'],
  'src/adapters/gateways/stripe': ['stripe'],
  'src/adapters/video': ['livekit-server-sdk', 'node:crypto'],
  'src/adapters/system': ['uuid', '@scure/base', 'safe-stable-stringify', 'node:crypto'],
}

/** The room of a file. Null where there is no such room. */
function roomOf (path: string): string | null {
  const match = /^src\/(?:domain|application|infrastructure|adapters\/(?:(?:gateways|carriers)\/)?(?!gateways\/|carriers\/)[^/]+)(?=\/)/.exec(path)
  return match === null ? null : match[0]
}

function packageOf (specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

function mayImportRoom (room: string, other: string): boolean {
  if (room === other || room === 'src/infrastructure') return true
  if (other === EXCHANGE && (DOORS.some(([rooms]) => room.startsWith(rooms)) || room === 'src/adapters/sms')) return true
  if (other === PAGES && WITH_PAGES.includes(room)) return true
  return room !== 'src/domain' && ['src/domain', 'src/application'].includes(other)
}

function mayImportPackage (room: string, name: string): boolean {
  if (room === 'src/infrastructure') return true
  return (PACKAGES[room] ?? []).some(allowed => allowed.endsWith('/*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed)
}

function importFault (file: ParsedFile, room: string, specifier: string): string | null {
  const target = targetOf(file.path, specifier)
  if (target === null) {
    if (packageOf(specifier) === 'awilix' && file.path !== CONTAINER) return `${file.path}: only ${CONTAINER} imports awilix`
    return mayImportPackage(room, packageOf(specifier)) ? null : `${file.path}: ${room} does not import ${specifier}`
  }
  if (!target.startsWith('src/')) return `${file.path}: src does not import ${target}`
  const other = roomOf(target)
  const door = DOORS.find(([rooms]) => other?.startsWith(rooms) === true)?.[1]
  if (room === 'src/infrastructure' && door !== undefined && target !== `${other}/${door}`) return `${file.path}: infrastructure imports ${other}/${door}, not ${target}`
  return other !== null && mayImportRoom(room, other) ? null : `${file.path}: ${room} does not import ${target}`
}

function fileFaults (file: ParsedFile): string[] {
  const room = roomOf(file.path)
  if (room === null) return [`${file.path}: stands in no room`]
  const faults = file.specifiers.map(specifier => importFault(file, room, specifier)).filter(fault => fault !== null)
  if (file.lines > LINES_MAX) faults.push(`${file.path}: ${file.lines} lines, at most ${LINES_MAX}`)
  if (file.readsEnvironment && !ENTRIES.includes(file.path)) faults.push(`${file.path}: only the entry files read process.env`)
  const isPure = room === 'src/domain' || room === 'src/application'
  if (isPure) faults.push(...file.impurities.map(use => `${file.path}: ${room} does not use ${use}`))
  return faults
}

/** Every breach of the rules by these files of src, one line each. */
export function houseFaults (sources: readonly ParsedFile[], rooms: readonly string[] = ROOMS): string[] {
  const empty = rooms.filter(room => !sources.some(file => file.path.startsWith(`${room}/`)))
  return [...empty.map(room => `${room}: is empty`), ...sources.flatMap(fileFaults), ...cycles(sources)]
}

/** Files of src that neither an entry nor a test reaches by imports. */
export function unreachable (sources: readonly ParsedFile[], tests: readonly ParsedFile[]): string[] {
  const files = new Map([...sources, ...tests].map(file => [file.path, file]))
  const reached = new Set([...ENTRIES, ...tests.map(file => file.path).filter(path => path.endsWith('.test.ts'))])
  for (const path of reached) {
    for (const target of targetsOf(files.get(path))) reached.add(target)
  }
  return sources.map(file => file.path).filter(path => !reached.has(path))
}

function targetsOf (file: ParsedFile | undefined): string[] {
  if (file === undefined) return []
  return file.specifiers.map(specifier => targetOf(file.path, specifier)).filter(target => target !== null)
}

/** Import cycles, including those of types alone. Each is reported once, as the path around it. */
function cycles (sources: readonly ParsedFile[]): string[] {
  const files = new Map(sources.map(file => [file.path, file]))
  const done = new Set<string>()
  const found: string[] = []

  function walk (path: string, way: readonly string[]): void {
    if (way.includes(path)) found.push(`${[...way.slice(way.indexOf(path)), path].join(' → ')}: is a cycle`)
    if (way.includes(path) || done.has(path)) return
    for (const target of targetsOf(files.get(path))) walk(target, [...way, path])
    done.add(path)
  }

  for (const { path } of sources) walk(path, [])
  return found
}
