import { makeWritePerformance, type WritePerformancePorts } from '#application/performance/write-performance.js'
import { PerformanceBuffer } from '#application/performance/performance-buffer.js'
import type { Metrics } from '#adapters/prometheus/metrics.js'
import { identity } from '#adapters/system/system.js'
import { emfLines } from '#adapters/cloudwatch/emf.js'
import { endingWithin, type Job } from '../runtime/job.js'
import { VERSION } from '../runtime/version.js'
import type { Cradle } from './cradle.js'
import { FAULTS } from './measured.js'

/** The pause between two looks for a finished slot. */
const PAUSE_MS = 10_000
/** The longest wait for the last write. */
const END_MS = 1000

export function makePerformanceBuffer (): PerformanceBuffer {
  return new PerformanceBuffer({ nowMs: () => Date.now(), processId: identity.random('prc'), version: VERSION })
}

/** Metrics that tell the performance log what they observe of requests, stores and gateways. */
export function withPerformanceLog (metrics: Metrics, performanceBuffer: PerformanceBuffer): Metrics {
  return {
    ...metrics,
    observeRequest: (request) => {
      const { method, route, status, seconds, requestId, traceId } = request
      metrics.observeRequest(request)
      performanceBuffer.observe('http', `${method} ${route}`, status >= 500, seconds * 1000, { status, requestId, traceId })
    },
    observeStoreCall: (store, operation, outcome, seconds) => {
      metrics.observeStoreCall(store, operation, outcome, seconds)
      performanceBuffer.observe('store', `${store}.${operation}`, outcome === 'error', seconds * 1000)
    },
    observeGatewayCall: (provider, operation, outcome, seconds) => {
      metrics.observeGatewayCall(provider, operation, outcome, seconds)
      performanceBuffer.observe('gateway', `${provider}.${operation}`, FAULTS.has(outcome), seconds * 1000)
    },
  }
}

/** The job with each of its pieces in the performance log. */
export function timedJob (job: Job, performanceBuffer: PerformanceBuffer): Job {
  return {
    ...job,
    run: async (signal) => {
      const start = performance.now()
      let failed = true
      try {
        const more = await job.run(signal)
        failed = false
        return more
      } finally {
        performanceBuffer.observe('work', job.name, failed, performance.now() - start)
      }
    },
  }
}

/** Where rows go: to the store, or to the log in the form of CloudWatch. No LOG_LEVEL silences those lines. */
export function performanceSink ({ config, performanceRows, logger }: Pick<Cradle, 'config' | 'performanceRows' | 'logger'>): WritePerformancePorts['write'] {
  if (config.performanceLog === 'dynamodb') return async (row) => { await performanceRows.put(row) }
  const log = logger.child({}, { level: 'info', redact: [] })
  return async (row) => { for (const line of emfLines(row)) log.info(line, 'performance') }
}

/** Writes the performance log, once more when the service stops. */
export function makePerformanceLogJob (ports: WritePerformancePorts): Job {
  const write = makeWritePerformance(ports)
  return {
    name: 'performance log',
    pauseMs: PAUSE_MS,
    run: async () => {
      await write()
      return false
    },
    end: async () => {
      ports.performanceBuffer.finish()
      await endingWithin(END_MS, write())
    },
  }
}
