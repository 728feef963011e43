import type { RemoteParent, TraceIds } from '#domain/trace-context.js'

/** What a span says at its end. Names of ours and numbers: neither a query nor a text, and no id but that of a request. */
export interface Ending {
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, string | number>>
  /** Nothing happened that is worth a trace: neither the span nor those below it are sent. */
  readonly isIdle?: boolean
}

/** A piece of work with a beginning and an end. */
export interface Span extends TraceIds {
  readonly end: (ending: Ending) => void
}

/** Makes spans, and sends those of some traces to a collector. It never waits and never fails. */
export interface SpanSource {
  /** The first span of this process in a trace: that of the parent, or a new one. */
  readonly open: (kind: 'request' | 'work', name: string, parent: RemoteParent | null) => Span
  /** The span of a call within another. Null where it would be sent to no one. */
  readonly openCall: (parent: Span, name: string) => Span | null
  /** Sends what is left, within two seconds. */
  readonly close: () => Promise<void>
}
