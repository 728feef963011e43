import cluster from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { identity } from '#adapters/system/system.js'
import { makeLink } from '#adapters/workers/link.js'
import { banner } from '../runtime/banner.js'
import type { Config } from '../config/config.js'
import { takeSignals } from '../runtime/signals.js'
import { makeSurroundings, SHUTDOWN_MS } from '../runtime/surroundings.js'
import { channelOf } from './channel.js'
import { Crew, type WorkerProcess } from './crew.js'
import { Hub } from './hub.js'
import type { Primary, Worker } from './messages.js'
import { folderOf, holdsWrites } from './slots.js'

/** The variable by which a worker knows its start. */
export const START_VARIABLE = 'BASVIDEO_START'

/** Runs a worker in each slot until a signal ends them, and hands on what they share. SIGHUP replaces them one after the other. */
export async function runPrimary (config: Config, slots: readonly number[], summary: object): Promise<void> {
  const { output, logger } = makeSurroundings(config, true)
  for (const stranger of config.strangers) logger.warn(stranger)
  const { dataDir } = config
  const hub = new Hub()
  const startId = identity.random('node')
  cluster.setupPrimary({ execArgv: [...process.execArgv, ...(process.sourceMapsEnabled ? ['--enable-source-maps'] : [])] })
  let isGivenUp = false
  const crew = new Crew({
    begin: (slot) => fork(hub, { [START_VARIABLE]: startId, USE_DYNAMODB: 'true', ...(dataDir !== null && { DATA_DIR: folderOf(dataDir, slot) }) }),
    holdsWrites: async (slot) => dataDir !== null && await holdsWrites(dataDir, slot),
    pause: async (milliseconds) => { await setTimeout(milliseconds) },
    nowMs: () => performance.now(),
    logger,
    onGivenUp: () => {
      isGivenUp = true
      logger.fatal('workers end again and again: the start ends')
      void close()
    },
  })
  const url = await crew.start(slots)
  if (url === null) {
    await crew.stop()
    await output.end()
    process.exit(1)
  }
  const { close } = closeWithGrace({ delay: SHUTDOWN_MS, logger, skip: ['SIGHUP'] }, async ({ signal, err }) => {
    if (err !== undefined) logger.fatal({ err }, 'closing after an uncaught error')
    logger.info({ signal }, 'closing')
    const isInOrder = await crew.stop()
    logger.info('closed')
    await output.end()
    if (!isInOrder || isGivenUp) process.exit(1)
  })
  takeSignals()
  process.on('SIGHUP', () => {
    crew.restart().catch((error: unknown) => { logger.error({ err: error }, 'the workers are not all replaced') })
  })
  if (config.production) logger.info({ ...summary, workers: slots.length }, 'started')
  output.write(banner(config, url, process.stdout.isTTY))
}

/** Begins a process, and opens the hub to it. */
function fork (hub: Hub, env: Readonly<Record<string, string>>): WorkerProcess {
  const worker = cluster.fork(env)
  const { promise: ready, resolve } = Promise.withResolvers<string | null>()
  const { link, leave } = hub.enter((services) => makeLink<Worker>(channelOf(worker), { ...services, ready: resolve } satisfies Primary))
  const ended = async (): Promise<string> => {
    const [code, signal] = await once(worker, 'exit') as [number | null, string | null]
    resolve(null)
    await leave()
    return signal ?? `code ${code}`
  }
  return { pid: Number(worker.process.pid), ready, ended: ended(), stop: () => { link.tell('stop') }, retire: () => { link.tell('retire') } }
}
