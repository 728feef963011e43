import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Lasting } from './provider-server.js'

export interface Exit {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface Program {
  readonly child: ChildProcessWithoutNullStreams
  /** Resolves once the text has been written to standard output; rejects when the process ends without it. */
  readonly says: (text: string) => Promise<string>
  readonly exit: Promise<Exit>
}

/** Variables that a developer's machine may have set and that a test must not see. */
const UNSET = ['NODE_ENV', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'DYNAMODB_ENDPOINT', 'JWT_SECRET', 'ADMIN_TOKEN']

/** A folder that goes when the test ends. */
export function emptyFolder (t: Lasting): string {
  const folder = mkdtempSync(join(tmpdir(), 'basvideo-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

/**
 * One of the service's programs as a process of its own, killed when the test ends. Its working directory is empty.
 * Its coverage counts, because it inherits the environment.
 */
export function startProgram (t: Lasting, name: string, env: Record<string, string> = {}, nodeArgs: readonly string[] = [], args: readonly string[] = [], cwd = emptyFolder(t)): Program {
  const unset = { ...Object.fromEntries(UNSET.map((variable) => [variable, undefined])), AWS_EC2_METADATA_DISABLED: 'true' }
  const child = spawn(process.execPath, [...nodeArgs, fileURLToPath(import.meta.resolve(`#infrastructure/programs/${name}.js`)), ...args], { cwd, env: { ...process.env, ...unset, ...env } })
  t.teardown(() => { child.kill('SIGKILL') })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })

  const exit = once(child, 'close').then(([code, signal]): Exit => ({ code: code as number | null, signal: signal as string | null, stdout, stderr }))

  async function says (text: string): Promise<string> {
    const ended = exit.then(() => { throw new Error(`it ended without saying ${text}: ${stdout}${stderr}`) })
    while (!stdout.includes(text)) await Promise.race([once(child.stdout, 'data'), ended])
    ended.catch(() => {})
    return stdout
  }

  return { child, says, exit }
}

/** The address of a service that has begun to listen, from its log. */
export async function listening ({ says }: Program): Promise<string> {
  const stdout = await says('Server listening at')
  return String(/Server listening at (http:\/\/[\d.:]+)/.exec(stdout)?.[1])
}
