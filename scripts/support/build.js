import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runChild } from './child.js'
import { root } from './root.js'

/**
 * What can be built: the whole project, or the service alone (faster, and not held up by a half-written test).
 * @type {Record<string, {config: string, info: string, folders: string[]}>}
 */
const TARGETS = {
  project: { config: 'tsconfig.json', info: 'build/tsconfig.tsbuildinfo', folders: ['src', 'test', 'bench'] },
  service: { config: 'tsconfig.build.json', info: 'build/service.tsbuildinfo', folders: ['src'] },
}

/**
 * Compiles with type checks, by the native compiler (the linter needs the one before it), and removes what was compiled from sources that are gone: a deleted test must not run on.
 * @param {'project' | 'service'} name
 * @returns {Promise<number>} tsc's exit code
 */
export async function build (name) {
  const { config, info, folders } = TARGETS[name]
  // tsc trusts its record of earlier runs; without the compiled files that record would leave them missing.
  if (!folders.every(folder => existsSync(join(root, 'build', folder)))) rmSync(join(root, info), { force: true })
  const code = await runChild(process.execPath, [join(root, 'node_modules/typescript7/bin/tsc'), '-p', join(root, config)])
  if (code !== 0) return code
  for (const folder of folders) prune(join(root, 'build', folder))
  writeFileSync(stampOf(name), '')
  return 0
}

/**
 * Whether a source, a folder (deleting a file changes it) or a setting is newer than the last successful build.
 * @param {'project' | 'service'} name
 */
export function isStale (name) {
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
