import Stripe from 'stripe'
import type { Failure } from '#domain/payments/payment.js'
import { meaningOf, safeCode } from './error-code.js'
import { exchange, type Timeouts } from '#adapters/exchange/http.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'

/** The version of the API whose shapes are read here, whatever the account's own is. */
export const API_VERSION = '2026-10-28.endive'

export interface ClientOptions {
  readonly secretKey: string
  /** An origin; null is Stripe itself. */
  readonly baseUrl: string | null
  readonly timeouts: Timeouts
}

/** Stripe has understood a request, and has not done it. */
export interface Refusal {
  readonly refused: Failure
  readonly meaning: 'declined' | 'refused'
}

export type Answer<Value> = { readonly value: Value } | Refusal

const MESSAGE_CHARACTERS_MAX = 500

/**
 * The official package, on connections of ours. It repeats a request whose connection is reset, even when told never to
 * repeat: what our connections throw carries no code that it would know.
 */
export function makeClient ({ secretKey, baseUrl, timeouts }: ClientOptions): Stripe {
  const url = new URL(baseUrl ?? 'https://api.stripe.com')
  const protocol = url.protocol === 'http:' ? 'http' : 'https'
  return new Stripe(secretKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: timeouts.totalMs,
    protocol,
    host: url.hostname,
    port: url.port === '' ? (protocol === 'http' ? 80 : 443) : url.port,
    httpClient: httpClient(timeouts),
  })
}

function httpClient (timeouts: Timeouts): Stripe.HttpClient {
  return {
    getClientName: () => 'node',
    async makeRequest (host, port, path, method, headers, body, protocol) {
      const url = new URL(path, `${protocol}://${host}:${port}`)
      const answer = await exchange({ provider: 'Stripe', method, url, headers: textsOf(headers), body }, timeouts)
      const json = parse(answer.body)
      if (answer.status !== 200 && json.error === undefined) throw new NoAnswer(`Stripe answered with status ${answer.status}`)
      return {
        getStatusCode: () => answer.status,
        getHeaders: () => ({}),
        getRawResponse: () => ({}),
        toStream () { throw new TypeError('no answer of Stripe is read as a stream here') },
        toJSON: async () => await Promise.resolve(json),
      }
    },
  }

  function parse (body: Buffer): { readonly error?: unknown } {
    try {
      const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
      if (typeof value === 'object' && value !== null) return value
    } catch {}
    throw new NoAnswer('Stripe answered something that is no JSON object')
  }
}

/** Headers as one text each. */
function textsOf (headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/**
 * Asks, and tells a refusal from the lack of an answer. Nothing of an error goes on but its code and, where the bank has
 * declined, its words to the payer: the others may hold parts of keys and requests.
 * @throws NoAnswer
 */
export async function ask<Value> (call: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { value: await call() }
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    if (error.detail instanceof NoAnswer) throw error.detail
    const { statusCode, rawType, code, decline_code: declineCode } = error
    const meaning = meaningOf(Number(statusCode), String(rawType), String(code))
    const safe = safeCode(declineCode, code)
    if (meaning === 'unknown') throw new NoAnswer(`Stripe answered with status ${Number(statusCode)} and code ${safe}`)
    return { meaning, refused: { code: safe, message: meaning === 'declined' ? publicMessage(error.message) : 'Stripe refused the request' } }
  }
}

/** What a bank tells the payer, without anything that looks like a key. */
export function publicMessage (message: string | undefined): string {
  const text = (message ?? '').replace(/\b(?:sk|rk|pk|whsec)_\S+/g, '…').slice(0, MESSAGE_CHARACTERS_MAX)
  return text === '' ? 'the bank gave no reason' : text
}
