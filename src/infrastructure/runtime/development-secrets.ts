import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, type SecretOf } from '../config/variables.js'

const FILE = '.basvideo/secrets.json'
const SEED_BYTES = 32
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
const OTHERS = 0o077

/**
 * The secrets that development generates, by the variable that would set each. All derive from one seed, which is kept
 * in `.basvideo/secrets.json`: tokens stay valid over a restart, processes that start at the same time agree, and a
 * variable that a later version adds needs no change of the file. Nothing is read or written before the first secret is
 * asked for. @throws ConfigError where the file is damaged, or cannot be read or created
 */
export function developmentSecrets (workingDirectory: string): SecretOf {
  let seed: string | undefined
  return (variable) => {
    seed ??= keptSeed(workingDirectory, variable)
    return createHmac('sha256', seed).update(variable).digest('hex')
  }
}

function keptSeed (workingDirectory: string, variable: string): string {
  const folder = join(workingDirectory, '.basvideo')
  const path = join(workingDirectory, FILE)
  let text: string
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE })
    closeToOthers(folder, FOLDER_MODE)
    if (!existsSync(path)) createOnce(path)
    closeToOthers(path, FILE_MODE)
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(FILE, `cannot be read or created (${(error as Error).message}); where ${variable} is set, the service needs no secret of its own for it`)
  }
  const [, seed] = /^\{"seed":"([0-9a-f]{64})"\}\n$/.exec(text) ?? []
  if (seed === undefined) throw new ConfigError(FILE, 'is damaged: delete it, and the next start creates a new one')
  return seed
}

/**
 * Takes the rights of other users away. A file that they could read is mended and not refused: the secrets are worth
 * nothing outside this machine, and on file systems without modes a refusal could not be obeyed.
 */
function closeToOthers (path: string, mode: number): void {
  if ((statSync(path).mode & OTHERS) !== 0) chmodSync(path, mode)
}

/** Creates the whole file in one step, unless another process was first: its file then stays. */
function createOnce (path: string): void {
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  writeFileSync(draft, `${JSON.stringify({ seed: randomBytes(SEED_BYTES).toString('hex') })}\n`, { mode: FILE_MODE, flag: 'wx', flush: true })
  try {
    // A rename would replace the file of a process that was first; a link fails.
    linkSync(draft, path)
  } catch {
    // On a file system without hard links, the later of two first starts at the same moment wins.
    if (!existsSync(path)) renameSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
}
