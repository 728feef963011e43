import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.js'
import { root } from './root.js'

/** The Node that `npm ci` installs as the package `node`. */
const OWN = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

/**
 * Resolves on the major version of Node that `.nvmrc` names. On any other, the script starts itself again on the
 * project's own Node; the promise then never resolves, and the process ends with the other's exit code. npm puts that
 * Node before the machine's, so this happens only to scripts that are started without npm.
 */
export async function ensureRuntime () {
  const major = readFileSync(join(root, '.nvmrc'), 'utf8').trim()
  if (process.versions.node.startsWith(`${major}.`) || process.execPath === OWN) return
  if (!existsSync(OWN)) {
    process.stderr.write(`The project runs on Node ${major}, this is ${process.versions.node}: run "npm ci", which installs one.\n`)
    process.exit(1)
  }
  process.exit(await runChild(OWN, process.argv.slice(1)))
}
