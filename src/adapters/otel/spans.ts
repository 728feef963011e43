import { setTimeout } from 'node:timers/promises'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Span as OtelSpan } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler, AlwaysOnSampler, BatchSpanProcessor, NodeTracerProvider, ParentBasedSampler, RandomIdGenerator, TraceIdRatioBasedSampler, type ReadableSpan, type Sampler,
} from '@opentelemetry/sdk-trace-node'
import type { Ending, Span, SpanSource } from '#application/ports/span-source.js'
import { harmlessId } from '#domain/trace-context.js'

/** In the words of OpenTelemetry. */
export type Sampling = 'always_on' | 'always_off' | 'traceidratio' | 'parentbased_always_on' | 'parentbased_always_off' | 'parentbased_traceidratio'

export interface SpanOptions {
  /** The base of the collector: /v1/traces follows. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly sampler: Sampling
  /** The share of traces that are sent, where the sampler asks for it. */
  readonly ratio: number
}

/** Spans that wait to be sent. All others are dropped. */
const WAITING_MAX = 2048
const EXPORT_TIMEOUT_MS = 10_000
/** The longest wait for the last ones. */
const END_MS = 2000
/** Spans below one piece of work. */
const BELOW_MAX = 256

/** Sends the spans of some traces to a collector, as OTLP over HTTP. */
export function openSpans ({ endpoint, headers, sampler, ratio }: SpanOptions, version: string): SpanSource {
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers: { ...headers }, timeoutMillis: EXPORT_TIMEOUT_MS })
  const below = new SpansOfWork(exporter, { maxQueueSize: WAITING_MAX, exportTimeoutMillis: EXPORT_TIMEOUT_MS })
  const random = new RandomIdGenerator()
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'basvideo', 'service.version': version }),
    sampler: samplerOf(sampler, ratio),
    spanProcessors: [below],
    idGenerator: { generateTraceId: () => harmlessId(() => random.generateTraceId()), generateSpanId: () => harmlessId(() => random.generateSpanId()) },
  })
  const tracer = provider.getTracer('basvideo', version)
  const inner = new WeakMap<Span, OtelSpan>()

  function wrapped (span: OtelSpan, end: Span['end']): Span {
    const { traceId, spanId } = span.spanContext()
    const outer = { traceId, spanId, end }
    inner.set(outer, span)
    return outer
  }

  return {
    open: (kind, name, parent) => {
      const isRequest = kind === 'request'
      const context = parent === null
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, { traceId: parent.traceId, spanId: parent.spanId, traceFlags: parent.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true })
      const span = tracer.startSpan(name, { kind: isRequest ? SpanKind.SERVER : SpanKind.INTERNAL }, context)
      if (isRequest) return wrapped(span, (ending) => { endSpan(span, ending) })
      below.hold(span)
      return wrapped(span, (ending) => {
        below.release(span, ending.isIdle === true)
        if (ending.isIdle !== true) endSpan(span, ending)
      })
    },
    openCall: (parent, name) => {
      const span = inner.get(parent)
      if (span?.isRecording() !== true) return null
      const call = tracer.startSpan(name, { kind: SpanKind.CLIENT }, trace.setSpan(ROOT_CONTEXT, span))
      return wrapped(call, (ending) => { endSpan(call, ending) })
    },
    close: async () => {
      const timer = new AbortController()
      await Promise.race([provider.shutdown().catch(() => {}), setTimeout(END_MS, undefined, { signal: timer.signal }).catch(() => {})])
      timer.abort()
    },
  }
}

function endSpan (span: OtelSpan, { failed, attributes }: Ending): void {
  span.setAttributes(attributes)
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}

function samplerOf (name: SpanOptions['sampler'], ratio: number): Sampler {
  const root = name.endsWith('always_on') ? new AlwaysOnSampler() : name.endsWith('always_off') ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio)
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

/** Sends spans in batches. It holds those below a piece of work back until it is known whether the work did something. */
class SpansOfWork extends BatchSpanProcessor {
  readonly #held = new Map<string, ReadableSpan[]>()

  hold (work: OtelSpan): void {
    if (work.isRecording()) this.#held.set(work.spanContext().traceId, [])
  }

  release (work: OtelSpan, isIdle: boolean): void {
    const { traceId } = work.spanContext()
    const held = this.#held.get(traceId) ?? []
    this.#held.delete(traceId)
    if (!isIdle) for (const span of held) super.onEnd(span)
  }

  override onEnd (span: ReadableSpan): void {
    const held = this.#held.get(span.spanContext().traceId)
    if (held === undefined) super.onEnd(span)
    else if (held.length < BELOW_MAX) held.push(span)
  }
}
