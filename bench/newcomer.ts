/**
 * `npm run bench:newcomer`: how long a newcomer waits on each Node that may install the project, in a fresh clone of the last commit: `npm ci`,
 * the first `npm start` until it listens and until its first answer, the commands of the README as they are pasted, and the next start.
 * npm's cache is as this machine has it. Ends with 1 where a command of the README fails, or answers other members than it shows.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../test/support/free-port.js'

const MAJORS = ['20', '24']
const POLL_MS = 10
const run = promisify(execFile)

/** Seconds. */
interface Times {
  readonly version: string
  readonly install: number
  readonly listening: number
  readonly firstAnswer: number
  readonly commands: number
  readonly nextAnswer: number
}

const folder = mkdtempSync(join(tmpdir(), 'basvideo-newcomer-'))
try {
  const all: Times[] = []
  for (const major of MAJORS) all.push(await newcomer(major))
  process.stdout.write(`| |${all.map(({ version }) => ` Node ${version} |`).join('')}\n|---|${all.map(() => '---|').join('')}\n`)
  const row = (name: string, valueOf: (times: Times) => number): void => { process.stdout.write(`| ${name} |${all.map((times) => ` ${valueOf(times).toFixed(1)} s |`).join('')}\n`) }
  row('`npm ci`', ({ install }) => install)
  row('first `npm start`, with its build, until it listens', ({ listening }) => listening)
  row('until its first answer', ({ firstAnswer }) => firstAnswer)
  row('the commands of the README, pasted', ({ commands }) => commands)
  row('next `npm start`, until its first answer', ({ nextAnswer }) => nextAnswer)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function newcomer (major: string): Promise<Times> {
  const env = environment(await nodeOf(major))
  const clone = join(folder, `clone-${major}`)
  await run('git', ['clone', '--quiet', process.cwd(), clone])
  const { stdout: version } = await run('node', ['--version'], { env })
  const install = await timed(async () => { await run('npm', ['ci'], { cwd: clone, env }) })
  const first = await start(clone, env)
  const commands = await timed(async () => { await paste(clone, env, first.printed) })
  await first.stop()
  const next = await start(clone, env)
  await next.stop()
  return { version: version.trim().slice(1), install, listening: first.listening, firstAnswer: first.answer, commands, nextAnswer: next.answer }
}

/** The folder of the program `node` of this major version, as its package on npm has it. */
async function nodeOf (major: string): Promise<string> {
  const prefix = join(folder, `node-${major}`)
  await run('npm', ['install', '--silent', '--no-save', '--prefix', prefix, `node@${major}`])
  return join(prefix, 'node_modules/node/bin')
}

/** Of this process's variables, those alone that a shell needs: npm and the project's own Node stand in the others. */
function environment (node: string): NodeJS.ProcessEnv {
  const { PATH = '', HOME } = process.env
  const others = PATH.split(delimiter).filter((part) => !part.includes('node_modules'))
  return { PATH: [node, ...others].join(delimiter), HOME, AWS_EC2_METADATA_DISABLED: 'true' }
}

interface Started {
  readonly listening: number
  readonly answer: number
  readonly printed: string
  readonly stop: () => Promise<void>
}

async function start (cwd: string, env: NodeJS.ProcessEnv): Promise<Started> {
  const port = await freePort()
  const since = performance.now()
  const child = spawn('npm', ['start'], { cwd, env: { ...env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  let printed = ''
  let listening = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
    if (listening === 0 && printed.includes('BasVideo listens on')) listening = seconds(since)
  })
  while (child.exitCode === null && !await isHealthy(port)) await setTimeout(POLL_MS)
  const answer = seconds(since)
  while (child.exitCode === null && !printed.includes('# the same key with another amount is refused')) await setTimeout(POLL_MS)
  return {
    listening,
    answer,
    printed,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function isHealthy (port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/api/health`).then(({ status }) => status === 200, () => false)
}

/** Pastes the lines that the start has printed, then the commands of the README, and compares the members of the answers. */
async function paste (cwd: string, env: NodeJS.ProcessEnv, printed: string): Promise<void> {
  const blocks = [...readFileSync(join(cwd, 'README.md'), 'utf8').matchAll(/^```sh\n([^`]*\bcurl\b[^`]*)```\n```json\n(.*)\n```$/gm)]
  const assignments = printed.match(/^(?:URL|AYSE|MEHMET|ADMIN)=.*$/gm) ?? []
  const { stdout } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', [...assignments, ...blocks.map(([, lines]) => lines)].join('\n')], { cwd, env })
  const [answered, shown] = [stdout.trim().split('\n'), blocks.map(([, , answer = '']) => answer)].map((answers) => answers.map((answer) => Object.keys(JSON.parse(answer) as object).join()))
  if (blocks.length === 0 || answered?.join('\n') !== shown?.join('\n')) throw new Error(`the README shows other answers than ${stdout}`)
}

async function timed (work: () => Promise<void>): Promise<number> {
  const since = performance.now()
  await work()
  return seconds(since)
}

function seconds (since: number): number {
  return (performance.now() - since) / 1000
}
