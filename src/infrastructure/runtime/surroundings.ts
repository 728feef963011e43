import { ErrorBuffer } from '#application/error-log/error-buffer.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { clock, identity } from '#adapters/system/system.js'
import type { Config } from '../config/config.js'
import { makePerformanceBuffer } from '../wiring/performance.js'
import { openLogOutput } from './log-output.js'
import { makeLogger } from './logger.js'
import { VERSION } from './version.js'

const STDOUT = 1

/** The log of a process, and the counters around it. `isShared`: other processes write to the same output. */
export function makeSurroundings (config: Pick<Config, 'logLevel' | 'secrets'>, isShared: boolean) {
  const output = openLogOutput(STDOUT, isShared)
  const errorBuffer = new ErrorBuffer({ clock, identity, version: VERSION })
  const logger = makeLogger({ level: config.logLevel, secrets: config.secrets, write: output.write, onError: (occurrence) => errorBuffer.record(occurrence) })
  const performanceBuffer = makePerformanceBuffer()
  const metrics = makeMetrics({ lines: output.dropped, errors: () => errorBuffer.dropped, rows: () => performanceBuffer.dropped })
  return { output, logger, metrics, errorBuffer, performanceBuffer }
}
