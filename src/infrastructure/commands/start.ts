import cluster from 'node:cluster'
import { banner } from '../runtime/banner.js'
import type { Config } from '../config/config.js'
import { loadConfigWithCredentials } from '../config/credentials.js'
import { ConfigError } from '../config/variables.js'
import { closeInOrder } from '../runtime/close-in-order.js'
import { readArguments } from '../runtime/command-line.js'
import { developmentSecrets } from '../runtime/development-secrets.js'
import { makeSurroundings } from '../runtime/surroundings.js'
import { VERSION } from '../runtime/version.js'
import { makeService } from '../server.js'
import { workersOf, workersWanted } from '../workers/count.js'
import { runPrimary, START_VARIABLE } from '../workers/primary.js'
import { folderOf, slotsFor } from '../workers/slots.js'
import { runWorker } from '../workers/worker.js'

/** Runs the service until a signal ends it, or checks its configuration alone. */
export async function start (env: NodeJS.ProcessEnv): Promise<void> {
  const { values: { check, workers } } = readArguments({
    name: 'start',
    usage: `[--workers auto] [--check]
  --workers <n>  runs so many processes on one port; auto: as many as the processor has cores
  --check        validates the configuration and leaves`,
    options: { check: { type: 'boolean', default: false }, workers: { type: 'string' } },
  })
  const wanted = workersWanted(workers)
  try {
    const config = await loadConfigWithCredentials(env, developmentSecrets(process.cwd()))
    const count = workersOf(config, wanted)
    if (check) process.stdout.write(`${[...config.strangers, `The configuration is valid: ${JSON.stringify(summaryOf(config))}`].join('\n')}\n`)
    else if (cluster.worker !== undefined) await runWorker(config, String(env[START_VARIABLE]), cluster.worker)
    else await begin(config, count)
  } catch (error) {
    // One clear line for each fault that the operator can mend; a stack for any other.
    process.stderr.write(faultsOf(error as Error).map((fault) => `basvideo does not start: ${fault}\n`).join(''))
    process.exit(1)
  }
}

/** Begins the service in this process, or as so many workers. */
async function begin (config: Config, count: number | null): Promise<void> {
  const { dataDir, mode } = config
  const slots = await slotsFor(count ?? 1, mode === 'memory' ? null : dataDir)
  if (count !== null || slots.length > 1) await runPrimary({ config, count: count ?? 1, slots, summary: summaryOf(config) })
  else await run({ ...config, dataDir: folderOf(dataDir, Number(slots[0])) })
}

async function run (config: Config): Promise<void> {
  const { output, logger, metrics, errorBuffer, performanceBuffer } = makeSurroundings(config, false)
  for (const stranger of config.strangers) logger.warn(stranger)
  const { publicUrl, listen, close } = await makeService(config, logger, { metrics, errorBuffer, performanceBuffer })
  await listen()
  closeInOrder({
    logger,
    output,
    close: async () => {
      await close()
      return true
    },
  })
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
