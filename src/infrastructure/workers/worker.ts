import type { Worker as ClusterWorker } from 'node:cluster'
import closeWithGrace from 'close-with-grace'
import { makeLink } from '#adapters/workers/link.js'
import type { Config } from '../config/config.js'
import { takeSignals } from '../runtime/signals.js'
import { makeSurroundings, SHUTDOWN_MS } from '../runtime/surroundings.js'
import { makeService } from '../server.js'
import { channelOf } from './channel.js'
import type { Primary, ToPrimary, Worker } from './messages.js'
import { makeShared } from './shared.js'

/** The last figures reach the primary in this time, or are not counted. */
const FIGURES_MS = 1000

/** Runs the service as a worker of a start, until the primary ends it, or is over itself. */
export async function runWorker (config: Config, startId: string, { process: channel }: ClusterWorker): Promise<void> {
  const { output, logger, metrics, errorBuffer, performanceBuffer } = makeSurroundings(config, true)
  let onMessage: (topic: string, message: string) => void = () => {}
  let end = (isReplaced: boolean): void => { process.exit(isReplaced ? 1 : 0) }
  const services: Worker = {
    publish: (topic, message) => { onMessage(topic, message) },
    figures: metrics.figures,
    stop: () => { end(false) },
    retire: () => { end(true) },
  }
  const primary: ToPrimary = makeLink<Primary>(channelOf(channel), services)
  const shared = makeShared(primary, { startId, onMessage: (on) => { onMessage = on } })
  // The primary has the last figures after everything is closed.
  const { publicUrl, listen, close, drained } = await makeService(config, logger, { metrics: { ...metrics, close: () => {} }, errorBuffer, performanceBuffer, shared })
  await listen()
  let [isReplacement, isEnding] = [false, false]
  const { close: endInOrder } = closeWithGrace({ delay: SHUTDOWN_MS, logger, skip: ['SIGHUP'] }, async ({ signal, err }) => {
    isEnding = true
    if (err !== undefined) logger.fatal({ err }, 'closing after an uncaught error')
    logger.info({ signal }, 'closing')
    await close({ isReplaced: isReplacement })
    logger.info('closed')
    await primary.ask('leaveFigures', [await metrics.figures()], FIGURES_MS)
    await output.end()
  })
  takeSignals()
  // The primary heeds it. The terminal sends it to each process.
  process.on('SIGHUP', () => {})
  end = (isReplaced) => {
    const begin = async (): Promise<void> => {
      if (isReplaced) await drained()
      // A signal of the terminal reaches each process: this one may be ending already.
      if (isEnding) return
      isReplacement = isReplaced
      await endInOrder()
    }
    begin().catch((error: unknown) => { logger.error({ err: error }, 'the worker does not end') })
  }
  primary.tell('ready', publicUrl())
}
