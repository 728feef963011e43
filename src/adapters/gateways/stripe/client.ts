import Stripe from 'stripe'
import type { Failure } from '#domain/payments/payment.js'
import { exchange, NoAnswer, NotTaken, type Limits } from '#adapters/exchange/http.js'

/**
 * What an error of Stripe says about the request. `declined`: the bank or Stripe's filters declined the payment. `refused`: the
 * request is wrong and was not carried out. `unknown`: the outcome is unknown.
 */
type ErrorMeaning = 'declined' | 'refused' | 'unknown'

/** The types of errors that are about the request. */
const TYPES: Readonly<Record<string, ErrorMeaning>> = {
  card_error: 'declined',
  invalid_request_error: 'refused',
}

/** The statuses that are about our key: nothing was done. */
const OF_ACCESS: ReadonlySet<number> = new Set([401, 403])

/** The statuses that are about the request. 409 and 429 are about the moment. */
const STATUSES: ReadonlySet<number> = new Set([400, 402, 404])

/** Codes that are about the moment, not about the request. */
const PASSING: ReadonlySet<string> = new Set(['idempotency_key_in_use', 'lock_timeout', 'rate_limit'])

export function meaningOf (status: number, type: string, code: string): ErrorMeaning {
  if (!STATUSES.has(status) || PASSING.has(code)) return 'unknown'
  return TYPES[type] ?? 'unknown'
}

/** The first code that is safe to show and store. */
export function safeCode (...codes: readonly unknown[]): string {
  return codes.find((code) => typeof code === 'string' && /^[a-z0-9_]{1,64}$/.test(code)) as string | undefined ?? 'no_code'
}

/** The API version of the shapes read here. It overrides the version of the account. */
export const API_VERSION = '2026-10-28.endive'

export interface ClientOptions {
  readonly secretKey: string
  /** An origin. Null: Stripe itself. */
  readonly baseUrl: string | null
  readonly limits: Limits
}

/** Stripe understood a request and did not carry it out. */
export interface Refusal {
  readonly refused: Failure
  readonly meaning: 'declined' | 'refused'
}

export type Answer<Value> = { readonly value: Value } | Refusal

/** The failure of a charge that was declined. @throws NotTaken for a wrong request of ours, which says nothing about the payer's card */
export function declineOf ({ meaning, refused }: Refusal): Failure {
  if (meaning === 'refused') throw new NotTaken(`Stripe refused the request with code ${refused.code}`, 'request', refused.code)
  return refused
}

const MESSAGE_CHARACTERS_MAX = 500

/**
 * The official package on the bounded HTTP client. On its own connections the package repeats a request after a reset, even with
 * `maxNetworkRetries: 0`; it recognizes the reset by an error code, which NoAnswer does not have.
 */
export function makeClient ({ secretKey, baseUrl, limits }: ClientOptions): Stripe {
  const url = new URL(baseUrl ?? 'https://api.stripe.com')
  const protocol = url.protocol === 'http:' ? 'http' : 'https'
  return new Stripe(secretKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: limits.totalMs,
    protocol,
    host: url.hostname,
    port: url.port === '' ? (protocol === 'http' ? 80 : 443) : url.port,
    httpClient: httpClient(limits),
  })
}

function httpClient (limits: Limits): Stripe.HttpClient {
  return {
    getClientName: () => 'node',
    async makeRequest (host, port, path, method, headers, body, protocol) {
      const url = new URL(path, `${protocol}://${host}:${port}`)
      const answer = await exchange({ provider: 'Stripe', method, url, headers: textsOf(headers), body }, limits)
      const json = parse(answer.body)
      if (answer.status !== 200 && json.error === undefined) throw new NoAnswer(`Stripe answered with status ${answer.status}`)
      return {
        getStatusCode: () => answer.status,
        getHeaders: () => ({}),
        getRawResponse: () => ({}),
        toStream () { throw new TypeError('answers of Stripe are not read as streams') },
        toJSON: async () => await Promise.resolve(json),
      }
    },
  }

  function parse (body: Buffer): { readonly error?: unknown } {
    try {
      const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
      if (typeof value === 'object' && value !== null) return value
    } catch {}
    throw new NoAnswer('Stripe answered something that is not a JSON object')
  }
}

function textsOf (headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/**
 * Calls Stripe and tells a refusal from an unknown outcome. Of an error, only the code passes, and the bank's words to the payer
 * where the bank declined: other texts may hold parts of keys and requests.
 * @throws NoAnswer, NotTaken
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
    if (OF_ACCESS.has(Number(statusCode))) throw new NotTaken(`Stripe refused our key with status ${Number(statusCode)}`, 'access', safe)
    if (meaning === 'unknown') throw new NoAnswer(`Stripe answered with status ${Number(statusCode)} and code ${safe}`)
    return { meaning, refused: { code: safe, message: meaning === 'declined' ? publicMessage(error.message) : 'Stripe refused the request' } }
  }
}

/** The bank's words to the payer, without anything that looks like a key. */
export function publicMessage (message: string | undefined): string {
  const text = (message ?? '').replace(/\b(?:sk|rk|pk|whsec)_\S+/g, '…').slice(0, MESSAGE_CHARACTERS_MAX)
  return text === '' ? 'the bank gave no reason' : text
}
