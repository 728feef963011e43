import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { testsThatStart } from './engine.js'
import { root } from './root.js'

/** Rooms whose tests share processes, because starting a process takes longer than most of these files. */
const SHARED = ['domain', 'application', 'adapters/gateways', 'adapters/carriers', 'adapters/http', 'adapters/durability', 'adapters/memory', 'adapters/dynamodb', 'infrastructure']

/**
 * A file whose first line is this comment runs in its own process, because it measures time or memory, counts what a
 * process does, or takes long.
 */
const OWN_PROCESS = '// @own-process'

/** At most this many files share a process. */
const SIZE = 13

/**
 * Writes suites that import the tests of the shared rooms, and returns the files that run all tests.
 * @param {string} [folder] the project's
 * @param {string[]} [missing] the modules that start a server which is not there: tests with them are left out
 * @returns {string[]}
 */
export function testFiles (folder = root, missing = []) {
  const [sources, tests, suites] = ['test', 'build/test', 'build/together'].map(name => join(folder, name))
  rmSync(suites, { recursive: true, force: true })
  mkdirSync(suites, { recursive: true })
  const leftOut = missing.flatMap(starter => testsThatStart(tests, starter))
  const files = readdirSync(tests, { recursive: true }).filter(name => name.endsWith('.test.js') && !leftOut.includes(name)).sort()
  const roomOf = file => hasOwnProcess(join(sources, file)) ? undefined : SHARED.find(room => file.startsWith(`${room}/`))
  const byRoom = Map.groupBy(files, roomOf)
  // The longest files are among those with a process of their own. tap sorts by name, so these come before `together`, and no core waits at the end.
  return [
    ...(byRoom.get(undefined) ?? []).map(file => join(tests, file)),
    ...SHARED.flatMap(room => inPieces(byRoom.get(room) ?? []).map((piece, index) => suite(join(suites, `${room.replaceAll('/', '-')}-${index + 1}.test.js`), piece.map(file => join(tests, file))))),
  ]
}

function hasOwnProcess (compiled) {
  return readFileSync(compiled.replace(/\.js$/, '.ts'), 'utf8').startsWith(`${OWN_PROCESS}\n`)
}

function inPieces (files) {
  const count = Math.ceil(files.length / SIZE)
  return Array.from({ length: count }, (_, index) => files.filter((_file, place) => place % count === index))
}

function suite (path, files) {
  writeFileSync(path, files.map(file => `import '${relative(dirname(path), file)}'\n`).join(''))
  return path
}
