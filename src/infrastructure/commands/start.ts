import closeWithGrace from 'close-with-grace'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { banner } from '../runtime/banner.js'
import { dependsOnCredentials, loadConfig } from '../config/config.js'
import { ConfigError } from '../config/variables.js'
import { readArguments } from '../runtime/command-line.js'
import { developmentSecrets } from '../runtime/development-secrets.js'
import { openLogOutput } from '../runtime/log-output.js'
import { makeLogger } from '../runtime/logger.js'
import { takeSignals } from '../runtime/signals.js'
import { makeService } from '../server.js'

/** Running requests and jobs have this long to finish after a signal. The last log lines are part of it. */
const SHUTDOWN_MS = 10_000
const STDOUT = 1

/** Runs the service until a signal ends it. */
export async function start (env: NodeJS.ProcessEnv): Promise<void> {
  readArguments({ name: 'start', usage: '', options: {} })
  try {
    await run(env)
  } catch (error) {
    // One clear line for each fault that the operator can mend; a stack for any other.
    process.stderr.write(error instanceof ConfigError ? error.faults.map((fault) => `basvideo does not start: ${fault}\n`).join('') : `basvideo does not start: ${String((error as Error).stack)}\n`)
    process.exitCode = 1
  }
}

async function run (env: NodeJS.ProcessEnv): Promise<void> {
  const hasCredentials = dependsOnCredentials(env) && await (await import('#adapters/dynamodb/engine/server.js')).hasCredentials()
  const config = loadConfig(env, developmentSecrets(process.cwd()), hasCredentials)
  const output = openLogOutput(STDOUT)
  const logger = makeLogger({ level: config.logLevel, secrets: config.secrets, write: output.write })
  const { publicUrl, listen, close } = await makeService(config, logger, { metrics: makeMetrics(output.dropped) })
  await listen()
  // Installed after listening: before it, a process whose port is taken would end with the exit code of a success.
  takeSignals()
  closeWithGrace({ delay: SHUTDOWN_MS, logger }, async ({ signal, err }) => {
    if (err !== undefined) logger.fatal({ err }, 'closing after an uncaught error')
    logger.info({ signal }, 'closing')
    await close()
    logger.info('closed')
    await output.end()
  })
  output.write(banner(config, publicUrl(), process.stdout.isTTY))
}
