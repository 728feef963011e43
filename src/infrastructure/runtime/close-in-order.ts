import closeWithGrace, { type Signals } from 'close-with-grace'
import type { Logger } from 'pino'
import type { LogOutput } from './log-output.js'
import { takeSignals } from './signals.js'

/** Running requests and jobs have this long to finish after a signal. The last log lines are part of it. */
const SHUTDOWN_MS = 10_000

interface Closing {
  readonly logger: Logger
  readonly output: LogOutput
  /** Closes everything. False: the exit code is 1. */
  readonly close: () => Promise<boolean>
  /** Signals that do not close. */
  readonly skip?: Signals[]
}

/**
 * From now on a signal or an uncaught error closes everything and ends the process, as does a call of what it returns. It is called after listening:
 * before it, a process whose port is taken would end with the exit code of a success.
 */
export function closeInOrder ({ logger, output, close, skip = [] }: Closing): () => void {
  let isClosing = false
  const running = closeWithGrace({ delay: SHUTDOWN_MS, logger, skip }, async ({ signal, err }) => {
    isClosing = true
    if (err !== undefined) logger.fatal({ err }, 'closing after an uncaught error')
    logger.info({ signal }, 'closing')
    const isInOrder = await close()
    logger.info('closed')
    await output.end()
    if (!isInOrder) process.exit(1)
  })
  // Behind the handler that is there now: a signal that has come and is not handled yet would be lost where none is left in between.
  takeSignals()
  return () => { if (!isClosing) running.close() }
}
