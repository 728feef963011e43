import { loadConfig } from '../config/config.js'
import { readArguments } from '../runtime/command-line.js'
import { makeLogger } from '../runtime/logger.js'
import { makeService } from '../server.js'

/** Prints the OpenAPI document that a running service serves at /openapi.json. */
export async function openapi (): Promise<void> {
  readArguments({ name: 'openapi', usage: '', options: {} })
  const config = loadConfig({ USE_DYNAMODB: 'false' }, () => 'no token is ever signed with this one')
  const { app } = await makeService(config, makeLogger({ level: 'warn', secrets: [], write: process.stderr.write.bind(process.stderr) }))
  await app.ready()
  process.stdout.write(`${JSON.stringify(await app.openapi(), null, 2)}\n`)
  await app.close()
}
