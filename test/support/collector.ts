import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Lasting } from './provider-server.js'

/** A span of OTLP/JSON. */
export interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<{ readonly key: string, readonly value: Readonly<Record<string, unknown>> }>
  readonly events?: readonly unknown[]
  readonly status?: { readonly code?: number, readonly message?: string }
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** What a collector may do in place of an answer. */
export const ODD_ANSWERS = {
  hangs: () => {},
  resets: (request) => { request.socket.destroy() },
  'finds it too large': (_request, response) => { response.writeHead(413).end() },
  'is busy': (_request, response) => { response.writeHead(503, { 'retry-after': '1' }).end() },
  drips: (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drops = setInterval(() => { response.write(' ') }, 20)
    response.once('close', () => { clearInterval(drops) })
  },
} satisfies Record<string, Answer>

/** A collector that keeps what it gets. */
export async function startCollector (t: Lasting, answer: Answer = (_request, response) => { response.setHeader('content-type', 'application/json').end('{}') }) {
  const bodies: string[] = []
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${String(request.method)} ${String(request.url)} ${String(request.headers['x-api-key'])}`)
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => { body += part }).on('end', () => {
      bodies.push(body)
      answer(request, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    requests,
    spans: (): SentSpan[] => bodies.flatMap(spansOf),
    /** What the schema of OTLP/JSON forbids. */
    faults: (): string[] => bodies.flatMap(spansOf).flatMap(faultsOf),
  }
}

interface Export {
  readonly resourceSpans: ReadonlyArray<{ readonly scopeSpans: ReadonlyArray<{ readonly spans: readonly SentSpan[] }> }>
}

function spansOf (body: string): SentSpan[] {
  return (JSON.parse(body) as Export).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
}

/** Ids are hex and not base64, times are texts of nanoseconds, kinds are numbers, and each value names its type. */
function faultsOf (span: SentSpan): string[] {
  const isRight = /^[\da-f]{32}$/.test(span.traceId) && /^[\da-f]{16}$/.test(span.spanId) && (span.parentSpanId === undefined || /^[\da-f]{16}$/.test(span.parentSpanId)) &&
    [span.startTimeUnixNano, span.endTimeUnixNano].every((time) => /^\d{19}$/.test(time)) && [1, 2, 3].includes(span.kind) &&
    span.attributes.every(({ key, value }) => typeof key === 'string' && ['stringValue', 'intValue'].includes(Object.keys(value).join()))
  return isRight ? [] : [JSON.stringify(span)]
}

/** The attributes of a span by name. */
export function attributesOf ({ attributes }: SentSpan): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
