import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runChild } from './child.js'
import { buildConsole } from './console.js'
import { root } from './root.js'

/**
 * What can be built: the whole project, or the service alone, which is faster and not held up by a half-written test; and the operators' console, whose
 * types come from the service. `covers` names the targets that are up to date after a build.
 * @type {Record<string, {config: string, info?: string, folders: string[], covers: string[]}>}
 */
const TARGETS = {
  project: { config: 'tsconfig.json', info: 'build/tsconfig.tsbuildinfo', folders: ['src', 'test', 'bench'], covers: ['project', 'service'] },
  service: { config: 'tsconfig.build.json', info: 'build/service.tsbuildinfo', folders: ['src'], covers: ['service'] },
  console: { config: 'console/vite.config.ts', folders: ['console', 'src'], covers: ['console'] },
}

/**
 * Compiles with type checks and removes the output of sources that are gone, so that a deleted test does not run on. The
 * compiler is the native one; the linter needs the one before it. The project holds the console, which is built where it is stale.
 * @param {'project' | 'service' | 'console'} name
 * @returns {Promise<number>} an exit code
 */
export async function build (name) {
  const { covers } = TARGETS[name]
  const code = name === 'console' ? await buildConsole() : await compile(TARGETS[name])
  if (code !== 0) return code
  for (const target of covers) writeFileSync(stampOf(target), '')
  return name === 'project' && isStale('console') ? await build('console') : 0
}

async function compile ({ config, info, folders }) {
  // tsc trusts its record of earlier runs, so it would not write compiled files again that were deleted.
  if (!folders.every(folder => existsSync(join(root, 'build', folder)))) rmSync(join(root, info), { force: true })
  const code = await runChild(process.execPath, [join(root, 'node_modules/typescript7/bin/tsc'), '-p', join(root, config)])
  if (code !== 0) return code
  for (const folder of folders) prune(join(root, 'build', folder))
  return 0
}

/**
 * Whether a source, a folder or a setting is newer than the last successful build. Deleting a file changes its folder. The image has what is
 * built, and nothing to build it from: there it is never stale.
 * @param {'project' | 'service' | 'console'} name
 */
export function isStale (name) {
  if (!existsSync(join(root, TARGETS[name].config))) return false
  const stamp = stampOf(name)
  if (!existsSync(stamp)) return true
  const builtAt = statSync(stamp).mtimeMs
  const { config, folders } = TARGETS[name]
  const sources = folders.flatMap(folder => entriesOf(join(root, folder)))
  return [...sources, ...['tsconfig.json', config, 'package-lock.json'].map(file => join(root, file))]
    .some(path => statSync(path).mtimeMs > builtAt)
}

function stampOf (name) {
  return join(root, 'build', `.${name}-built`)
}

function entriesOf (folder) {
  if (!existsSync(folder)) return []
  return [folder, ...readdirSync(folder, { recursive: true }).map(name => join(folder, name))]
}

function prune (folder) {
  for (const path of entriesOf(folder)) {
    const source = join(root, relative(join(root, 'build'), path).replace(/\.js(\.map)?$/, '.ts'))
    if (!existsSync(source)) rmSync(path, { recursive: true, force: true })
  }
}
