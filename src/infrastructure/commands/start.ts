import closeWithGrace from 'close-with-grace'
import { ErrorBuffer } from '#application/error-log/error-buffer.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { clock, identity } from '#adapters/system/system.js'
import { banner } from '../runtime/banner.js'
import type { Config } from '../config/config.js'
import { loadConfigWithCredentials } from '../config/credentials.js'
import { ConfigError } from '../config/variables.js'
import { readArguments } from '../runtime/command-line.js'
import { developmentSecrets } from '../runtime/development-secrets.js'
import { openLogOutput } from '../runtime/log-output.js'
import { makeLogger } from '../runtime/logger.js'
import { takeSignals } from '../runtime/signals.js'
import { VERSION } from '../runtime/version.js'
import { makeService } from '../server.js'
import { makePerformanceBuffer } from '../wiring/performance.js'

/** Running requests and jobs have this long to finish after a signal. The last log lines are part of it. */
const SHUTDOWN_MS = 10_000
const STDOUT = 1

/** Runs the service until a signal ends it, or checks its configuration alone. */
export async function start (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { check } } = readArguments({
    name: 'start',
    usage: `[--check]
  --check  validates the configuration and leaves`,
    options: { check: { type: 'boolean', default: false } },
  })
  try {
    const config = await loadConfigWithCredentials(env, developmentSecrets(process.cwd()))
    if (check) process.stdout.write(`${[...config.strangers, `The configuration is valid: ${JSON.stringify(summaryOf(config))}`].join('\n')}\n`)
    else await run(config)
  } catch (error) {
    // One clear line for each fault that the operator can mend; a stack for any other.
    process.stderr.write(faultsOf(error as Error).map((fault) => `basvideo does not start: ${fault}\n`).join(''))
    process.exitCode = 1
  }
}

async function run (config: Config): Promise<void> {
  const output = openLogOutput(STDOUT)
  const errorBuffer = new ErrorBuffer({ clock, identity, version: VERSION })
  const logger = makeLogger({ level: config.logLevel, secrets: config.secrets, write: output.write, onError: (occurrence) => errorBuffer.record(occurrence) })
  for (const stranger of config.strangers) logger.warn(stranger)
  const performanceBuffer = makePerformanceBuffer()
  const metrics = makeMetrics({ lines: output.dropped, errors: () => errorBuffer.dropped, rows: () => performanceBuffer.dropped })
  const { publicUrl, listen, close } = await makeService(config, logger, { metrics, errorBuffer, performanceBuffer })
  await listen()
  // Installed after listening: before it, a process whose port is taken would end with the exit code of a success.
  closeWithGrace({ delay: SHUTDOWN_MS, logger }, async ({ signal, err }) => {
    if (err !== undefined) logger.fatal({ err }, 'closing after an uncaught error')
    logger.info({ signal }, 'closing')
    await close()
    logger.info('closed')
    await output.end()
  })
  // Behind the handler that is there now: a signal that has come and is not handled yet would be lost where none is left in between.
  takeSignals()
  if (config.production) logger.info(summaryOf(config), 'started')
  output.write(banner(config, publicUrl(), process.stdout.isTTY))
}

function summaryOf ({ mode, dataDir, dynamodb, providers, auth }: Config): object {
  const store = mode === 'memory' ? {} : { region: dynamodb.region, endpoint: dynamodb.endpoint, tables: dynamodb.tableNames.messages.replace(/messages$/, '*') }
  return { version: VERSION, mode, ...store, journal: dataDir, providers: providers.map(({ name }) => name), auth: auth.mode }
}

/** Why an address cannot be listened on. */
const ADDRESS_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is taken',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'the port needs more rights',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name has no address',
}

function faultsOf (error: Error): readonly string[] {
  if (error instanceof ConfigError) return error.faults
  const { code, message } = error as NodeJS.ErrnoException
  const fault = ADDRESS_FAULTS[String(code)]
  return fault === undefined ? [String(error.stack)] : [`HOST, PORT: ${fault} (${message})`]
}
