import cluster from 'node:cluster'
import { setTimeout } from 'node:timers/promises'
import { identity } from '#adapters/system/system.js'
import { makeLink } from '#adapters/workers/link.js'
import { banner } from '../runtime/banner.js'
import type { Config } from '../config/config.js'
import { closeInOrder } from '../runtime/close-in-order.js'
import { makeSurroundings } from '../runtime/surroundings.js'
import { channelOf, endOf } from './channel.js'
import { Crew, IN_ORDER, type WorkerProcess } from './crew.js'
import { Hub } from './hub.js'
import type { Primary, Worker } from './messages.js'
import { folderOf, holdsWrites } from './slots.js'

/** The variable by which a worker knows its start. */
export const START_VARIABLE = 'BASVIDEO_START'

interface Start {
  readonly config: Config
  /** How many workers are wanted. */
  readonly count: number
  /** The slots in which workers begin. */
  readonly slots: readonly number[]
  readonly summary: object
}

/** Runs a worker in each slot until a signal ends them, and hands on what they share. SIGHUP replaces them one after the other. */
export async function runPrimary ({ config, count, slots, summary }: Start): Promise<void> {
  const { output, logger } = makeSurroundings(config, true)
  const { dataDir } = config
  for (const stranger of config.strangers) logger.warn(stranger)
  if (slots.length > count) logger.warn({ workers: slots }, 'more journals hold writes than there are workers: each has a worker until the next start')
  const hub = new Hub()
  const startId = identity.random('node')
  cluster.setupPrimary({ execArgv: [...process.execArgv, '--enable-source-maps'] })
  const crew = new Crew({
    // An empty variable is one that is not set.
    begin: (slot) => fork(hub, slot, { [START_VARIABLE]: startId, USE_DYNAMODB: 'true', DATA_DIR: folderOf(dataDir, slot) ?? '' }),
    holdsWrites: async (slot) => await holdsWrites(dataDir, slot),
    pause: async (milliseconds) => { await setTimeout(milliseconds) },
    nowMs: () => performance.now(),
    logger,
  })
  const url = await crew.start(slots)
  if (url === null) {
    await crew.stop()
    await output.end()
    process.exit(1)
  }
  const end = closeInOrder({ logger, output, skip: ['SIGHUP'], close: async () => await crew.stop() })
  process.on('SIGHUP', () => { crew.restart().catch(end) })
  crew.givenUp.then(end, end)
  if (config.production) logger.info({ ...summary, workers: slots.length }, 'started')
  output.write(banner(config, url, process.stdout.isTTY))
}

/** Begins a process, and opens the hub to it. */
function fork (hub: Hub, slot: number, env: Readonly<Record<string, string>>): WorkerProcess {
  const worker = cluster.fork(env)
  const { promise: ready, resolve } = Promise.withResolvers<string | null>()
  let isReady = false
  let isStopped = false
  const { link, leave } = hub.enter(slot, (services) => makeLink<Worker>(channelOf(worker), {
    ...services,
    ready: (url) => {
      isReady = true
      resolve(url)
    },
  } satisfies Primary))
  const ended = async (): Promise<string> => {
    const end = await endOf(worker)
    resolve(null)
    await leave()
    return isStopped ? IN_ORDER : end
  }
  return {
    pid: Number(worker.process.pid),
    ready,
    ended: ended(),
    stop: () => {
      if (isReady) link.tell('stop')
      else {
        // It has taken no request yet, and may not hear the primary.
        isStopped = true
        worker.process.kill('SIGTERM')
      }
    },
    retire: () => { link.tell('retire') },
  }
}
