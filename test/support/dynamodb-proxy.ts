import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import type { Test } from 'tap'
import type { DatabaseOptions } from '#adapters/dynamodb/engine/client.js'
import type { DynamoDb } from './dynamodb.js'

/** A request as the SDK sent it. */
export interface ProxiedRequest {
  /** Such as `TransactWriteItems`. */
  readonly operation: string
  readonly body: string
}

export type Fault =
  /** The engine does it, and its answer is lost. */
  | 'answer lost'
  /** Neither done nor answered. */
  | 'silence'
  /** Passed on without its idempotency token, as one that came after DynamoDB has forgotten it. */
  | 'token forgotten'
  | { readonly status: number, readonly body: object }
  /** An answer of something else that stands before DynamoDB. */
  | { readonly status: number, readonly raw: string }
  /** Done and answered, later. */
  | { readonly delayMs: number }
  /** Another question to the engine, and what its answer becomes. */
  | { readonly ask: string, readonly adapt: (answer: string) => string }

export interface FaultProxy {
  readonly endpoint: string
  /** All that came in, in order. */
  readonly requests: ProxiedRequest[]
  /** Asked for each request; null passes it on. */
  plan: (request: ProxiedRequest) => Fault | null
  readonly stop: () => Promise<void>
}

/** DynamoDB Local builds no index beside some seven tables with expiry. */
const EXPIRY_SET: Fault = { status: 200, body: {} }

/**
 * Stands before a DynamoDB and misbehaves as planned: local engines never do by themselves.
 * @param withoutExpiry answers that the expiry of a table is set, and keeps it from the engine
 */
export async function startFaultProxy (engine: string, withoutExpiry = false): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = []
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing, engine, proxy, withoutExpiry).catch(() => outgoing.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy: FaultProxy = { endpoint: `http://127.0.0.1:${port}`, requests, plan: () => null, stop: async () => await stop(server) }
  return proxy
}

/** Stores on empty tables, behind a proxy of their own. */
export async function openBehindProxy (t: Test, dynamoDb: DynamoDb, options: Partial<DatabaseOptions> = {}) {
  const proxy = await startFaultProxy(dynamoDb.client.endpoint)
  const tables = await dynamoDb.freshTables()
  const persistence = dynamoDb.open(tables, { endpoint: proxy.endpoint, ...options })
  t.teardown(async () => {
    await persistence.close()
    await proxy.stop()
  })
  const count = (operation: string) => proxy.requests.filter((request) => request.operation === operation).length
  return { ...persistence, proxy, count, tables }
}

/** A plan that gives each fault once, to requests of the operation, in order. */
export function inTurn (operation: string, ...faults: Fault[]): FaultProxy['plan'] {
  return (request) => request.operation === operation ? faults.shift() ?? null : null
}

export function always (operation: string, fault: Fault): FaultProxy['plan'] {
  return (request) => request.operation === operation ? fault : null
}

/** The first fault of the plans, in their order. */
export const fromPlans = (...plans: Array<FaultProxy['plan']>): FaultProxy['plan'] => (request) => {
  for (const plan of plans) {
    const fault = plan(request)
    if (fault !== null) return fault
  }
  return null
}

/** An answer of DynamoDB that is an error. */
export function failure (type: string, fields: object = {}, status = 400): Fault {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `${type} on purpose`, ...fields } }
}

/** A transaction that DynamoDB gave up for these reasons. */
export function canceled (...codes: string[]): Fault {
  return failure('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) })
}

async function handle (incoming: IncomingMessage, outgoing: ServerResponse, engine: string, proxy: FaultProxy, withoutExpiry: boolean): Promise<void> {
  const received = await buffer(incoming)
  const operation = String(incoming.headers['x-amz-target']).replace(/^.*\./, '')
  const one = { operation, body: received.toString() }
  proxy.requests.push(one)
  const fault = proxy.plan(one) ?? (withoutExpiry && operation === 'UpdateTimeToLive' ? EXPIRY_SET : null)
  if (fault === 'silence') return
  if (typeof fault === 'object' && fault !== null && 'ask' in fault) {
    const { answer } = await forward(incoming, Buffer.from(fault.ask), engine)
    outgoing.end(fault.adapt(answer.toString()))
    return
  }
  if (typeof fault === 'object' && fault !== null && 'raw' in fault) {
    outgoing.writeHead(fault.status, { 'content-type': 'text/html' }).end(fault.raw)
    return
  }
  if (typeof fault === 'object' && fault !== null && 'body' in fault) {
    outgoing.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(fault.body))
    return
  }
  if (typeof fault === 'object' && fault !== null) await setTimeout(fault.delayMs)
  const body = fault === 'token forgotten' ? Buffer.from(one.body.replace(/,?"ClientRequestToken":"[^"]*"/, '')) : received
  const { status, headers, answer } = await forward(incoming, body, engine)
  if (fault === 'answer lost') outgoing.destroy()
  else outgoing.writeHead(status, headers).end(answer)
}

async function forward (incoming: IncomingMessage, body: Buffer, engine: string) {
  const passed = request(engine, { method: 'POST', headers: { ...incoming.headers, 'content-length': body.length } }).end(body)
  const [response] = await once(passed, 'response') as [IncomingMessage]
  return { status: response.statusCode ?? 502, headers: response.headers, answer: await buffer(response) }
}

async function stop (server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}
