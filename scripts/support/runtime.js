import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.js'
import { root } from './root.js'

const REQUIRED = [22, 14]

function isRecentEnough (version) {
  const [major, minor] = version.split('.').map(Number)
  return major > REQUIRED[0] || (major === REQUIRED[0] && minor >= REQUIRED[1])
}

/**
 * npm puts the project's own Node before the machine's. A script that was started without npm, on an older Node,
 * starts itself again on the project's; this promise then never resolves, the process ends with the other's exit code.
 */
export async function ensureRuntime () {
  if (isRecentEnough(process.versions.node)) return
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(own)) {
    process.stderr.write(`Node ${REQUIRED.join('.')} or newer is needed, this is ${process.versions.node}: run "npm ci", which installs one.\n`)
    process.exit(1)
  }
  process.exit(await runChild(own, process.argv.slice(1)))
}
