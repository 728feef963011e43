import { randomBytes } from 'node:crypto'
import closeWithGrace from 'close-with-grace'
import { destination } from 'pino'
import { banner } from '../runtime/banner.js'
import { dependsOnCredentials, loadConfig } from '../config/config.js'
import { ConfigError } from '../config/environment.js'
import { makeLogger } from '../runtime/logger.js'
import { buildService } from '../server.js'

/** Lines go out in batches of this size, or after this time, so that logging takes little from those who are served. */
const LOG_BUFFER_BYTES = 15 * 1024
const LOG_FLUSH_MS = 100
/** Time for what runs to finish after a signal. */
const SHUTDOWN_MS = 10_000

try {
  await main()
} catch (error) {
  // One clear line for what the operator can mend; the stack for what he can't.
  process.stderr.write(error instanceof ConfigError ? `basvideo does not start: ${error.message}\n` : `basvideo does not start: ${String((error as Error).stack)}\n`)
  process.exitCode = 1
}

async function main (): Promise<void> {
  const hasCredentials = dependsOnCredentials(process.env) && await (await import('#adapters/dynamodb/engine/server.js')).hasCredentials()
  const config = loadConfig(process.env, () => randomBytes(32).toString('hex'), hasCredentials)
  const stdout = destination({ fd: 1, sync: false, minLength: LOG_BUFFER_BYTES, periodicFlush: LOG_FLUSH_MS })
  const logger = makeLogger({ level: config.logLevel, secrets: config.secrets, write: (line) => { stdout.write(line) } })
  const { publicUrl, listen, close } = await buildService(config, logger)
  await listen()
  // Not before: it would end a process whose port is taken with the exit code of a success.
  closeWithGrace({ delay: SHUTDOWN_MS, logger }, async ({ signal, err }) => {
    if (err !== undefined) logger.fatal({ err }, 'closing after an error that nobody caught')
    logger.info({ signal }, 'closing')
    await close()
    logger.info('closed')
    stdout.flushSync()
  })
  stdout.write(banner(config, publicUrl()))
}
