import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@hey-api/openapi-ts'
import openapiTypes, { astToString } from 'openapi-typescript'
import { generate } from 'orval'

const HERE = import.meta.dirname
const FOLDER = join(HERE, 'build')

/** The generators, each with its consumer in `consumers/`. */
const GENERATORS = ['openapi-fetch', 'hey-api', 'orval']

/**
 * Generates a client from the document with each generator, and compiles all of them with their consumers.
 * @param {object} document
 * @param {string} baseUrl
 * @returns {Promise<Array<[string, import('./consumers/outcome.js').Visit]>>} the consumers
 * @throws {Error} with what the compiler says
 */
export async function makeClients (document, baseUrl) {
  rmSync(FOLDER, { recursive: true, force: true })
  cpSync(join(HERE, 'consumers'), FOLDER, { recursive: true })
  const input = join(FOLDER, 'openapi.json')
  writeFileSync(input, JSON.stringify(document))
  await generateTypes(input)
  await generateHeyApi(input)
  await generateOrval(input, baseUrl)
  compileRuntime(join(FOLDER, 'hey-api'))
  compile(['-p', FOLDER])
  const consumers = GENERATORS.map(async name => [name, (await import(pathToFileURL(join(FOLDER, `${name}.js`)).href)).visit])
  return await Promise.all(consumers)
}

/** For openapi-fetch, which has no generated code but types. */
async function generateTypes (input) {
  mkdirSync(join(FOLDER, 'openapi-typescript'))
  writeFileSync(join(FOLDER, 'openapi-typescript/schema.ts'), astToString(await openapiTypes(pathToFileURL(input))))
}

async function generateHeyApi (input) {
  await createClient({
    input,
    output: { path: join(FOLDER, 'hey-api'), module: { extension: '.js' } },
    plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
    logs: { level: 'silent', file: false },
  })
}

async function generateOrval (input, baseUrl) {
  // Its own validation of the document asks the network for schemas; ours is linted.
  await generate({ input: { target: input, validation: false }, output: { target: join(FOLDER, 'orval/client.ts'), client: 'fetch', headers: true, baseUrl } })
}

/**
 * The fetch of hey-api, which comes with what is generated, does not compile with exactOptionalPropertyTypes. So the others see its
 * declarations, as they do those of a package.
 */
function compileRuntime (folder) {
  const files = ['client', 'core'].flatMap(name => readdirSync(join(folder, name)).map(file => join(folder, name, file)))
  compile(['--strict', '--declaration', '--target', 'es2024', '--lib', 'es2024,dom,dom.iterable,dom.asynciterable', '--module', 'nodenext', ...files])
  for (const file of files) rmSync(file)
}

function compile (args) {
  const { status, stdout } = spawnSync(process.execPath, [join(HERE, 'node_modules/typescript/bin/tsc'), ...args], { cwd: FOLDER, encoding: 'utf8' })
  if (status !== 0) throw new Error(stdout)
}
