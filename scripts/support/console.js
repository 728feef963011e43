import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './root.js'

const TYPES = join(root, 'console/src/api-types.d.ts')

/**
 * Builds the operators' console into build/console, with the types of the API as the built service documents it. It needs the service to be built.
 * @returns {Promise<number>} 0, or 1 where it failed, with the reason on standard error
 */
export async function buildConsole () {
  // The bundler sets it for the whole process, and what runs afterwards inherits it.
  const { NODE_ENV } = process.env
  try {
    await writeTypes()
    const { build } = await import('vite')
    const { output } = await build({ configFile: join(root, 'console/vite.config.ts'), logLevel: 'warn' })
    // Names hold digests, so those of earlier builds would stay.
    const built = new Set(output.map(({ fileName }) => fileName))
    for (const name of readdirSync(join(root, 'build/console/assets'))) {
      if (!built.has(`assets/${name}`)) rmSync(join(root, 'build/console/assets', name))
    }
    return 0
  } catch (error) {
    process.stderr.write(`The console cannot be built: ${error.message}\n`)
    return 1
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = NODE_ENV
  }
}

/** Writes the types of the OpenAPI document, where they are not the same as before. */
async function writeTypes () {
  const document = JSON.parse((await promisify(execFile)(process.execPath, [join(root, 'build/src/infrastructure/programs/openapi.js')], { cwd: root, maxBuffer: 64 * 1024 * 1024 })).stdout)
  const { default: openapiTS, astToString } = await import('openapi-typescript')
  const text = `// Made by npm run build from the OpenAPI document of the service.\n${astToString(await openapiTS(document))}`
  if (!existsSync(TYPES) || readFileSync(TYPES, 'utf8') !== text) writeFileSync(TYPES, text)
}
