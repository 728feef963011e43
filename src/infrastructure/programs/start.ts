/** `basvideo start`: runs the service until a signal ends it. */
import closeWithGrace from 'close-with-grace'
import { destination } from 'pino'
import { banner } from '../runtime/banner.js'
import { dependsOnCredentials, loadConfig } from '../config/config.js'
import { ConfigError } from '../config/variables.js'
import { readArguments } from '../runtime/command-line.js'
import { developmentSecrets } from '../runtime/development-secrets.js'
import { makeLogger } from '../runtime/logger.js'
import { makeService } from '../server.js'

/** Log lines leave in batches of this size, or after this time, because a write for each line would slow requests down. */
const LOG_BUFFER_BYTES = 15 * 1024
const LOG_FLUSH_MS = 100
/** Running requests and jobs have this long to finish after a signal. */
const SHUTDOWN_MS = 10_000

readArguments({ name: 'start', usage: '', options: {} })
try {
  await main()
} catch (error) {
  // One clear line for each fault that the operator can mend; a stack for any other.
  process.stderr.write(error instanceof ConfigError ? error.faults.map((fault) => `basvideo does not start: ${fault}\n`).join('') : `basvideo does not start: ${String((error as Error).stack)}\n`)
  process.exitCode = 1
}

async function main (): Promise<void> {
  const hasCredentials = dependsOnCredentials(process.env) && await (await import('#adapters/dynamodb/engine/server.js')).hasCredentials()
  const config = loadConfig(process.env, developmentSecrets(process.cwd()), hasCredentials)
  const stdout = destination({ fd: 1, sync: false, minLength: LOG_BUFFER_BYTES, periodicFlush: LOG_FLUSH_MS })
  const logger = makeLogger({ level: config.logLevel, secrets: config.secrets, write: (line) => { stdout.write(line) } })
  const { publicUrl, listen, close } = await makeService(config, logger)
  await listen()
  // Installed after listening: before it, a process whose port is taken would end with the exit code of a success.
  closeWithGrace({ delay: SHUTDOWN_MS, logger }, async ({ signal, err }) => {
    if (err !== undefined) logger.fatal({ err }, 'closing after an uncaught error')
    logger.info({ signal }, 'closing')
    await close()
    logger.info('closed')
    stdout.flushSync()
  })
  stdout.write(banner(config, publicUrl(), process.stdout.isTTY))
}
