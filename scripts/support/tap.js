import { spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { awaitChild } from './child.js'
import { root } from './root.js'

/** The raw TAP of the last run. */
const RESULTS = join(root, '.tap', 'results.tap')

/**
 * Runs tap, on a terminal with its own display. Elsewhere prints one line for a file that passes, and for one that fails
 * everything but its passed assertions.
 * @param {readonly string[]} args
 * @returns {Promise<{code: number, passed: number, failed: number, skipped: number}>}
 */
export async function runTap (args) {
  mkdirSync(join(root, '.tap'), { recursive: true })
  rmSync(RESULTS, { force: true })
  const isShort = !process.stdout.isTTY && !args.some(arg => /^(--reporter|-R)/.test(arg))
  const code = isShort ? await runShort(args) : await awaitChild(tap([`--output-file=${RESULTS}`, ...args], 'inherit'))
  return { code, ...readCounts() }
}

/**
 * Runs some tests without coverage: sources, compiled files or globs of compiled files, between options of tap.
 * @param {readonly string[]} args
 * @returns {Promise<{code: number, passed: number, failed: number}>}
 */
export async function runSome (args) {
  const compiled = args.map(arg => arg.replace(/^(?:\.\/)?(test\/.+)\.ts$/, 'build/$1.js'))
  // tap ignores a missing file as long as another one exists.
  const missing = compiled.filter(arg => /^[^-*][^*]*\.js$/.test(arg) && !existsSync(resolve(root, arg)))
  if (missing.length === 0) return await runTap(['--disable-coverage', ...compiled])
  process.stdout.write(`No such test: ${missing.join(', ')}\n`)
  return { code: 1, passed: 0, failed: missing.length }
}

function tap (args, stdout) {
  const command = [join(root, 'node_modules/tap/dist/esm/run.mjs'), ...args]
  return spawn(process.execPath, command, { cwd: root, stdio: ['inherit', stdout, 'inherit'] })
}

async function runShort (args) {
  const child = tap(['--reporter=tap', ...args], 'pipe')
  const ended = awaitChild(child)
  const results = createWriteStream(RESULTS)
  let points = []
  for await (const line of createInterface({ input: child.stdout })) {
    results.write(`${line}\n`)
    if (line.startsWith('    ')) {
      points.push(line)
    } else if (line !== '' && !line.startsWith('# Subtest: ')) {
      if (line.startsWith('not ok ')) process.stdout.write(points.filter(point => !/^ +ok /.test(point)).join('\n') + '\n')
      process.stdout.write(`${line}\n`)
      points = []
    }
  }
  await new Promise(resolve => { results.end(resolve) })
  return await ended
}

/** Reads tap's summary: the last line like `# { total: 5, pass: 3, fail: 1, skip: 1 }` at the left edge of the raw TAP. */
function readCounts () {
  const summaries = readFileSync(RESULTS, { encoding: 'utf8', flag: 'a+' }).match(/^# \{ total: .*\}$/gm) ?? []
  const count = name => Number(summaries.at(-1)?.match(`\\b${name}: (\\d+)`)?.[1] ?? 0)
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip') + count('todo') }
}
