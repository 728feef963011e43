import { AsyncLocalStorage } from 'node:async_hooks'
import type { SpanOptions } from '#adapters/otel/spans.js'
import type { RequestTracing } from '#adapters/http/shared/request-log.js'
import type { Span, SpanSource } from '#application/ports/span-source.js'
import { remoteParent, type TraceIds } from '#domain/trace-context.js'
import type { Job } from './job.js'
import { VERSION } from './version.js'

/** The span of the request or the work that runs now. */
const running = new AsyncLocalStorage<Span>()

/** The ids of what runs now, for a line of the log; none outside of requests and jobs. */
export function currentIds (): Partial<TraceIds> {
  const span = running.getStore()
  return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId }
}

export type EndCall = (outcome: string, failed: boolean) => void
/** Begins a call within what runs now. Null where no one looks at it. */
export type BeginCall = (name: string) => EndCall | null

export interface Tracing extends RequestTracing {
  /** Runs a piece of work as a trace of its own. It did nothing where it answers false. `onError` gets what it throws, and false is answered. */
  readonly work: (name: string, run: () => Promise<boolean>, onError: (error: unknown) => void) => Promise<boolean>
  readonly beginCall: BeginCall
}

export function makeTracing (spans: SpanSource): Tracing {
  return {
    beginRequest: (name, traceparent) => {
      const span = spans.open('request', name, remoteParent(traceparent))
      return { traceId: span.traceId, run: (step) => { running.run(span, step) }, end: span.end }
    },
    work: async (name, run, onError) => {
      const span = spans.open('work', name, null)
      return await running.run(span, async () => {
        try {
          const more = await run()
          span.end({ failed: false, attributes: {}, isIdle: !more })
          return more
        } catch (error) {
          span.end({ failed: true, attributes: {} })
          onError(error)
          return false
        }
      })
    },
    beginCall: (name) => {
      const parent = running.getStore()
      const span = parent === undefined ? null : spans.openCall(parent, name)
      return span === null ? null : (outcome, failed) => { span.end({ failed, attributes: { 'basvideo.outcome': outcome } }) }
    },
  }
}

/** The job with each of its pieces as a trace of its own. */
export function tracedJob (job: Job, { work }: Tracing, onError: (name: string, error: unknown) => void): Job {
  return { ...job, run: async (signal) => await work(job.name, async () => await job.run(signal), (error) => { onError(job.name, error) }) }
}

/** Spans that are sent to a collector. Their packages are loaded here alone. */
export async function loadSpans (options: SpanOptions): Promise<SpanSource> {
  const { openSpans } = await import('#adapters/otel/spans.js')
  return openSpans(options, VERSION)
}
