import { makeLogger } from '../runtime/logger.js'
import { loadConfig } from '../config/config.js'
import { buildService } from '../server.js'

/** Prints the OpenAPI document: the same that a running service gives out at /openapi.json. */
const config = loadConfig({ USE_DYNAMODB: 'false', AUTH_MODE: 'local' }, () => 'no token is ever signed with this one')
const { app } = await buildService(config, makeLogger({ level: 'warn', secrets: [], write: process.stderr.write.bind(process.stderr) }))
await app.ready()
process.stdout.write(`${JSON.stringify(await app.openapi(), null, 2)}\n`)
await app.close()
