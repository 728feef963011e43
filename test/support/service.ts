import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Lasting } from './provider-server.js'
import { ErrorBuffer } from '#application/error-log/error-buffer.js'
import { clock, identity } from '#adapters/system/system.js'
import { makeSecretTokenSigner, makeSecretTokenVerifier } from '#adapters/tokens/own-tokens.js'
import { type Config, loadConfig } from '#infrastructure/config/config.js'
import type { Outside } from '#infrastructure/wiring/cradle.js'
import { makeLogger } from '#infrastructure/runtime/logger.js'
import { makeService } from '#infrastructure/server.js'
import { type Contract, contractOf } from './contract.js'
import { ORDER_SECRET } from './order-tokens.js'
import { VIDEO_KEY, VIDEO_SECRET } from './video.js'

export const JWT_SECRET = 'a-secret-of-the-tests-that-is-long-enough'
export const ADMIN_TOKEN = 'the-shared-token-of-the-operators-of-tests'
export const WEBHOOK_SECRET = `whsec_${Buffer.from('a webhook secret of the tests, long enough').toString('base64')}`
/** Of the simulated carrier. */
export const CARRIER_SECRET = `whsec_${Buffer.from('a webhook secret of a carrier, long enough').toString('base64')}`

const SIGNING = { secret: JWT_SECRET, issuer: 'basvideo', audience: 'basvideo-api' }
const sign = makeSecretTokenSigner(SIGNING, 600_000)
export const verifyTestToken = makeSecretTokenVerifier(SIGNING)

export type Headers = Record<string, string>

/** Headers of a user. */
export const as = (userId: string, claims: Record<string, unknown> = {}): Headers => ({ authorization: `Bearer ${sign({ sub: userId, ...claims })}` })
export const adminUser = as('yonetici', { role: 'admin' })
export const adminToken: Headers = { 'x-admin-token': ADMIN_TOKEN }
export const key = (value: string): Headers => ({ 'idempotency-key': value })

/** Any answer of the service. A test reads the fields that it expects. */
export interface Body {
  readonly [name: string]: unknown
  readonly messageId: string
  readonly paymentId: string
  readonly code: string
  readonly detail: string
  readonly items: readonly Body[]
  readonly nextCursor: string | null
}

export interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
  /** Empty when the answer is not JSON. */
  readonly body: Body
}

export interface TestService {
  readonly app: FastifyInstance
  readonly contract: Contract
  readonly logs: string[]
  readonly url: () => string
  readonly close: () => Promise<void>
  /** Sends a request, and holds the answer to the OpenAPI document. A body is sent as JSON, a `payload` unchanged. `remoteAddress` is the address of the client. */
  readonly call: (method: string, url: string, headers?: Headers, body?: unknown, payload?: string | Buffer, remoteAddress?: string) => Promise<Answer>
}

export interface ServiceOptions {
  readonly env?: Record<string, string>
  readonly replacements?: Partial<Outside>
  /** The delay of the event loop above which requests are refused. By default none are, because tests run on busy machines. */
  readonly eventLoopDelayMaxMs?: number
  /** Listens, so that the webhooks of the simulator arrive. */
  readonly listen?: boolean
}

/** Whether the answer lasts until one side ends it. */
function isStream (method: string, url: string): boolean {
  return method === 'GET' && /^\/api\/([^?]*\/)?events(\?|$)/.test(url) && !url.startsWith('/api/admin/events')
}

/** The environment of a service in memory. */
export const ENV: Record<string, string> = {
  USE_DYNAMODB: 'false',
  PORT: '0',
  JWT_SECRET,
  ADMIN_TOKEN,
  SIMULATOR_WEBHOOK_SECRET: WEBHOOK_SECRET,
  SHIPPING_SIMULATOR_WEBHOOK_SECRET: CARRIER_SECRET,
  ORDER_TOKEN_SECRETS: ORDER_SECRET,
  LIVEKIT_API_KEY: VIDEO_KEY,
  LIVEKIT_API_SECRET: VIDEO_SECRET,
  RATE_LIMIT_MAX: '100000',
}

const contracts = new Map<string | null, Contract>()

/** Making the document takes as long as the rest of the start. It depends on nothing but the address. */
async function contractWith ({ publicUrl }: Config, app: FastifyInstance): Promise<Contract> {
  const contract = contracts.get(publicUrl) ?? contractOf(await app.openapi())
  contracts.set(publicUrl, contract)
  return contract
}

/** The real service in memory. It is closed when the test ends. */
export async function startService (t: Lasting, { env = {}, replacements, eventLoopDelayMaxMs = 0, listen = false }: ServiceOptions = {}): Promise<TestService> {
  const logs: string[] = []
  const config = { ...loadConfig({ ...ENV, ...env }, () => 'no secret of a test is generated at all'), eventLoopDelayMaxMs }
  const errorBuffer = replacements?.errorBuffer ?? new ErrorBuffer({ clock: replacements?.clock ?? clock, identity, version: '0.0.0' })
  const logger = makeLogger({ level: config.logLevel, secrets: config.secrets, write: (line) => { logs.push(line) }, onError: (occurrence) => errorBuffer.record(occurrence) })
  const service = await makeService(config, logger, { errorBuffer, ...replacements })
  const { app, close } = service
  t.teardown(close)
  await (listen ? service.listen() : app.ready())
  const contract = await contractWith(config, app)

  async function call (method: string, url: string, headers: Headers = {}, body?: unknown, payload?: string | Buffer, remoteAddress = '127.0.0.1'): Promise<Answer> {
    const sent = payload ?? (body === undefined ? undefined : JSON.stringify(body))
    const options = {
      method,
      url,
      remoteAddress,
      headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(sent === undefined ? {} : { payload: sent }),
    } as InjectOptions
    if (isStream(method, url)) return await callStream(method, url, options)
    const response = await app.inject(options)
    const answer: Answer = {
      status: response.statusCode,
      headers: response.headers,
      text: response.payload,
      body: (/[/+]json/.test(String(response.headers['content-type'])) && response.payload !== '' ? response.json() : {}) as Body,
    }
    contract.check(method, url, answer)
    return answer
  }

  /** The head of a stream, which is then left. */
  async function callStream (method: string, url: string, options: InjectOptions): Promise<Answer> {
    const response = await app.inject({ ...options, payloadAsStream: true })
    const isProblem = response.statusCode !== 200
    const text = isProblem ? Buffer.concat(await response.stream().toArray() as Buffer[]).toString() : ''
    response.raw.res.destroy()
    response.stream().destroy()
    const answer: Answer = { status: response.statusCode, headers: response.headers, text, body: (isProblem ? JSON.parse(text) : {}) as Body }
    contract.check(method, url, answer)
    return answer
  }

  return { app, contract, logs, url: service.publicUrl, close, call }
}
