import { containsCardNumber } from './card-number.js'

/** A part of a trace by W3C Trace Context, in small hex digits. */
export interface TraceIds {
  /** 32 digits. */
  readonly traceId: string
  /** 16 digits. */
  readonly spanId: string
}

/** The part that another service names as the one that called. */
export interface RemoteParent extends TraceIds {
  readonly isSampled: boolean
}

/** Version, trace, parent and flags. Later versions may add to it. */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/

/** Reads a `traceparent` header. Null: there is none, or it is to be ignored, as one that may hold a card number is. */
export function remoteParent (header: string | string[] | undefined): RemoteParent | null {
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(String(header)) ?? []
  if (version === undefined || (version === '00' && more !== undefined) || containsCardNumber(`${traceId} ${spanId}`)) return null
  return { traceId, spanId, isSampled: parseInt(flags, 16) % 2 === 1 }
}

/** The first id that does not look like a card number, in whose place the log would have nines. */
export function harmlessId (make: () => string): string {
  let id = make()
  while (containsCardNumber(id)) id = make()
  return id
}
