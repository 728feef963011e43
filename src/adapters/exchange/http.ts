import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import { NoAnswer } from './no-answer.js'

export interface Timeouts {
  /** For the TCP connection alone. */
  readonly connectMs: number
  /** For everything, from the name look-up to the last byte of the answer. */
  readonly totalMs: number
}

export interface HttpRequest {
  /** Whom the reasons name, such as iyzico. */
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

/** No answer of the provider comes near it; what is longer is not read to its end. */
const ANSWER_BYTES_MAX = 1024 * 1024

/**
 * Sends one request on a connection of its own, once: a connection that is kept open may turn out to be closed just when
 * a refund is on its way, and nobody could tell whether it arrived. Redirects are answers like others, and not followed.
 * @throws NoAnswer
 */
export async function exchange (message: HttpRequest, timeouts: Timeouts): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(timeouts.totalMs)
  try {
    const response = await send(message, timeouts.connectMs, signal)
    return { status: Number(response.statusCode), body: await bodyOf(response, message.provider) }
  } catch (cause) {
    if (cause instanceof NoAnswer) throw cause
    throw new NoAnswer(signal.aborted ? `${message.provider} did not answer in time` : `the connection to ${message.provider} failed`, cause)
  }
}

async function send ({ provider, method, url, headers, body }: HttpRequest, connectMs: number, signal: AbortSignal): Promise<IncomingMessage> {
  const bytes = Buffer.from(body)
  const options: RequestOptions = { method, signal, agent: false, headers: { ...headers, 'content-length': bytes.length } }
  return await new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? secureRequest(url, options) : plainRequest(url, options)
    request.on('response', resolve)
    request.on('error', reject)
    // A change of protocols that nobody asked for ends the connection without another word.
    request.on('close', () => { reject(new NoAnswer(`the connection to ${provider} was closed`)) })
    request.on('socket', (socket) => {
      const timer = setTimeout(() => { request.destroy(new NoAnswer(`${provider} did not take the connection in time`)) }, connectMs)
      for (const event of ['connect', 'close']) socket.once(event, () => { clearTimeout(timer) })
    })
    request.end(bytes)
  })
}

async function bodyOf (response: IncomingMessage, provider: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > ANSWER_BYTES_MAX) throw new NoAnswer(`${provider} answered more than ${ANSWER_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
