import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './root.js'

const TESTS = join(root, 'build/test')
const SUITES = join(root, 'build/suites')

/** Rooms whose tests share processes, because to start one takes longer than most of these files. */
const SHARED = ['domain', 'application', 'adapters/gateways', 'adapters/http', 'adapters/durability', 'adapters/memory', 'adapters/dynamodb', 'infrastructure']

/**
 * A file whose first line is this comment runs in a process of its own: it measures time or memory, counts what a process
 * does, or takes long.
 */
const OWN_PROCESS = '// @own-process'

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
  return file.startsWith(`${room}/`) && !hasOwnProcess(file)
}

function hasOwnProcess (file) {
  return readFileSync(join(root, 'test', file.replace(/\.js$/, '.ts')), 'utf8').startsWith(`${OWN_PROCESS}\n`)
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
