import type { SpanSource } from '#application/ports/span-source.js'
import { harmlessId } from '#domain/trace-context.js'
import { makeRandomSupply } from './random-supply.js'

/** Bytes of a trace and a span. */
const randomIds = makeRandomSupply(24)

function randomDigits (): string {
  return randomIds().toString('hex')
}

/** Spans that are ids alone, for the lines of the log. Nothing is sent. */
export const idsAlone: SpanSource = {
  open: (_kind, _name, parent) => {
    const digits = harmlessId(randomDigits)
    return { traceId: parent?.traceId ?? digits.slice(16), spanId: digits.slice(0, 16), end: () => {} }
  },
  openCall: () => null,
  close: async () => {},
}
