import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Visit } from './consumers/outcome.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const CONSUMERS = join(ROOT, 'test/clients/consumers')
const FOLDER = join(ROOT, 'build/clients')
const run = promisify(execFile)

/** The generators, each with its consumer in `consumers/`. */
export const GENERATORS = ['openapi-fetch', 'hey-api', 'orval'] as const

/** Generates a client from the document with each generator, compiles all of them with their consumers, and returns the consumers. @throws Error with what the compiler says */
export async function makeClients (document: object, baseUrl: string): Promise<Readonly<Record<string, Visit>>> {
  await rm(FOLDER, { recursive: true, force: true })
  await cp(CONSUMERS, FOLDER, { recursive: true })
  const input = join(FOLDER, 'openapi.json')
  await writeFile(input, JSON.stringify(document))
  await generateTypes(input)
  await generateHeyApi(input)
  await generateOrval(input, baseUrl)
  await compileRuntime(join(FOLDER, 'hey-api'))
  await compile(['-p', FOLDER])
  const modules = GENERATORS.map(async (name) => [name, (await import(pathToFileURL(join(FOLDER, `${name}.js`)).href) as { visit: Visit }).visit] as const)
  return Object.fromEntries(await Promise.all(modules))
}

/** For openapi-fetch, which has no generated code but types. */
async function generateTypes (input: string): Promise<void> {
  const { default: openapiTypes, astToString } = await import('openapi-typescript')
  await mkdir(join(FOLDER, 'openapi-typescript'))
  await writeFile(join(FOLDER, 'openapi-typescript/schema.ts'), astToString(await openapiTypes(pathToFileURL(input))))
}

async function generateHeyApi (input: string): Promise<void> {
  const { createClient } = await import('@hey-api/openapi-ts')
  await createClient({
    input,
    output: { path: join(FOLDER, 'hey-api'), module: { extension: '.js' } },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent', file: false },
  })
}

async function generateOrval (input: string, baseUrl: string): Promise<void> {
  const { generate } = await import('orval')
  // Its own validation of the document asks the network for schemas; ours is linted.
  await generate({ input: { target: input, validation: false }, output: { target: join(FOLDER, 'orval/client.ts'), client: 'fetch', headers: true, baseUrl } })
}

/** The fetch of hey-api, which comes with what is generated, does not compile with exactOptionalPropertyTypes. So the others see its declarations, as they do those of a package. */
async function compileRuntime (folder: string): Promise<void> {
  const files = (await Promise.all(['client', 'core'].map(async (name) => (await readdir(join(folder, name))).map((file) => join(folder, name, file))))).flat()
  await compile(['--strict', '--declaration', '--target', 'es2024', '--lib', 'es2024,dom,dom.iterable,dom.asynciterable', '--module', 'nodenext', '--ignoreConfig', ...files])
  await Promise.all(files.map(async (file) => { await rm(file) }))
}

async function compile (args: readonly string[]): Promise<void> {
  // The loader that tap hands down to each process cannot load the compiler.
  await run('env', ['-u', 'NODE_OPTIONS', process.execPath, join(ROOT, 'node_modules/typescript7/bin/tsc'), ...args], { cwd: FOLDER }).catch((error: unknown) => {
    throw new Error((error as { stdout: string }).stdout)
  })
}
