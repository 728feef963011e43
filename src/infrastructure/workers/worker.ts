import type { Worker as ClusterWorker } from 'node:cluster'
import { EventEmitter } from 'node:events'
import { makeLink } from '#adapters/workers/link.js'
import type { Config } from '../config/config.js'
import { closeInOrder } from '../runtime/close-in-order.js'
import { makeSurroundings } from '../runtime/surroundings.js'
import { makeService } from '../server.js'
import { channelOf } from './channel.js'
import type { Primary, Worker } from './messages.js'
import { makeOwnQuarantine } from './quarantine.js'
import { makeShared } from './shared.js'

/** The last figures reach the primary in this time, or are not counted. */
const FIGURES_MS = 1000

interface Orders {
  publish: [topic: string, message: string]
  stop: []
  retire: []
}

/** Runs the service as a worker of a start, until the primary ends it, or is over itself. */
export async function runWorker (config: Config, startId: string, { process: channel }: ClusterWorker): Promise<void> {
  const { output, logger, metrics, errorBuffer, performanceBuffer } = makeSurroundings(config, true)
  const orders = new EventEmitter<Orders>()
  const primary = makeLink<Primary>(channelOf(channel), {
    publish: (topic, message) => { orders.emit('publish', topic, message) },
    figures: metrics.figures,
    ...makeOwnQuarantine(() => service.quarantine),
    stop: () => { orders.emit('stop') },
    retire: () => { orders.emit('retire') },
  } satisfies Worker)
  const shared = makeShared(primary, { startId, onMessage: (on) => { orders.on('publish', on) } })
  // The metrics stay open: the primary gets the last figures after everything else is closed.
  const service = await makeService(config, logger, { metrics: { ...metrics, close: () => {} }, errorBuffer, performanceBuffer, shared })
  await service.listen()
  let isReplaced = false
  // The primary heeds SIGHUP. A terminal sends it to each process.
  const end = closeInOrder({
    logger,
    output,
    skip: ['SIGHUP'],
    close: async () => {
      await service.close({ isReplaced })
      await primary.ask('leaveFigures', [await metrics.figures()], FIGURES_MS)
      return true
    },
  })
  process.on('SIGHUP', () => {})
  orders.on('stop', end)
  orders.on('retire', () => {
    service.drained().then(() => {
      isReplaced = true
      end()
    }, end)
  })
  primary.tell('ready', service.publicUrl())
}
