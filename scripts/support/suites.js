import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './root.js'

const TESTS = join(root, 'build/test')
const SUITES = join(root, 'build/suites')

/** Rooms whose tests share processes, because to start one takes longer than most of these files. */
const SHARED = ['domain', 'application', 'adapters/gateways', 'adapters/http', 'adapters/fallback', 'adapters/memory', 'adapters/dynamodb', 'infrastructure']

/** What measures time or memory, counts what a process does, or takes long enough has a process of its own all the same. */
const APART = [
  'adapters/dynamodb/create-tables.test.js',
  'adapters/dynamodb/dispatch.test.js',
  'adapters/dynamodb/earlier-messages.test.js',
  'adapters/dynamodb/faults.test.js',
  'adapters/dynamodb/payment-list.test.js',
  'adapters/dynamodb/persistence.test.js',
  'adapters/dynamodb/requests.test.js',
  'adapters/http/enumeration.test.js',
  'adapters/http/export-stream.test.js',
  'adapters/http/operations.test.js',
  'application/payment-stats-recount.test.js',
  'infrastructure/drain.test.js',
  'infrastructure/main.test.js',
  'infrastructure/measured.test.js',
  'infrastructure/stop-listening.test.js',
]

/** Files that share a process. */
const SIZE = 13

/**
 * The files that run all tests: those of a room in a few, each of which imports several.
 * @returns {string[]}
 */
export function testFiles () {
  rmSync(SUITES, { recursive: true, force: true })
  mkdirSync(SUITES, { recursive: true })
  const files = readdirSync(TESTS, { recursive: true }).filter(name => name.endsWith('.test.js')).sort()
  const suites = SHARED.flatMap(room => inPieces(files.filter(file => isOf(room, file))).map((piece, index) => suite(room, index, piece)))
  return [...suites, ...files.filter(file => !SHARED.some(room => isOf(room, file))).map(file => join(TESTS, file))]
}

function isOf (room, file) {
  return file.startsWith(`${room}/`) && !APART.includes(file)
}

function inPieces (files) {
  const count = Math.ceil(files.length / SIZE)
  return Array.from({ length: count }, (_, index) => files.filter((_file, place) => place % count === index))
}

function suite (room, index, files) {
  const path = join(SUITES, `${room.replaceAll('/', '-')}-${index + 1}.test.js`)
  writeFileSync(path, files.map(file => `import '${relative(SUITES, join(TESTS, file))}'\n`).join(''))
  return path
}
