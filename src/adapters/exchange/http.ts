import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Refused, Unknown } from '#application/ports/payment-gateway.js'

export interface Limits {
  /** For the TCP connection alone. */
  readonly connectMs: number
  /** For everything, from the name look-up to the last byte of the answer. */
  readonly totalMs: number
  /** Of the answer's body. Default: 1 MiB. */
  readonly answerBytesMax?: number
}

export interface HttpRequest {
  /** The company that error messages name, such as iyzico. */
  readonly provider: string
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface HttpAnswer {
  readonly status: number
  readonly body: Buffer
}

/** Far above the longest answer of any provider. */
const ANSWER_BYTES_MAX = 1024 * 1024

/** No answer that can be relied upon. The message names no person, card or key, because it is logged. */
export class NoAnswer extends Error {
  constructor (message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'NoAnswer'
  }
}

/** The provider has not taken the request: for certain it did nothing. To a caller who wants to know something, that is no answer. */
export class NotTaken extends NoAnswer {
  readonly about: Refused['about']
  readonly code: string

  constructor (message: string, about: Refused['about'], code: string) {
    super(message)
    this.about = about
    this.code = code
  }
}

/** As `orUnknown`, for a charge: that its request was not taken is an answer. */
export async function orRefused<Answer> (charge: () => Promise<Answer>): Promise<Answer | Refused | Unknown> {
  return await orUnknown(async () => await charge().catch((error: unknown): Refused => {
    if (error instanceof NotTaken) return { kind: 'refused', about: error.about, code: error.code }
    throw error
  }))
}

/** Turns the lack of an answer into a value, here alone; every other error passes through. */
export async function orUnknown<Answer> (ask: () => Promise<Answer>): Promise<Answer | Unknown> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof NoAnswer) return { kind: 'unknown', reason: error.message }
    throw error
  }
}

/**
 * Sends one request, once, on a connection of its own: a kept connection can close while a refund is on its way, and the
 * caller would not learn whether the refund arrived. Redirects are not followed; they are answers with their status.
 * @throws NoAnswer
 */
export async function exchange (message: HttpRequest, limits: Limits): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(limits.totalMs)
  try {
    const response = await send(message, limits.connectMs, signal)
    return { status: Number(response.statusCode), body: await bodyOf(response, message.provider, limits.answerBytesMax ?? ANSWER_BYTES_MAX) }
  } catch (cause) {
    if (cause instanceof NoAnswer) throw cause
    throw new NoAnswer(signal.aborted ? `${message.provider} did not answer in time` : `the connection to ${message.provider} failed`, cause)
  }
}

async function send ({ provider, method, url, headers, body }: HttpRequest, connectMs: number, signal: AbortSignal): Promise<IncomingMessage> {
  const bytes = Buffer.from(body)
  // Imported here: as an ES module node:http brings undici along, which no start has to wait for.
  const { request: open } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'))
  const options: RequestOptions = { method, signal, agent: false, headers: { ...headers, 'content-length': bytes.length } }
  return await new Promise((resolve, reject) => {
    const request = open(url, options)
    request.on('response', resolve)
    request.on('error', reject)
    // An unrequested change of protocols closes the connection without an error event.
    request.on('close', () => { reject(new NoAnswer(`the connection to ${provider} was closed`)) })
    request.on('socket', (socket) => {
      const timer = setTimeout(() => { request.destroy(new NoAnswer(`${provider} did not take the connection in time`)) }, connectMs)
      for (const event of ['connect', 'close']) socket.once(event, () => { clearTimeout(timer) })
    })
    request.end(bytes)
  })
}

async function bodyOf (response: IncomingMessage, provider: string, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bytesMax) throw new NoAnswer(`${provider} answered more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
