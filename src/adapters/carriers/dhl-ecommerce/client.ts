import { exchange, NoAnswer, NotTaken, type HttpAnswer, type Limits } from '#adapters/exchange/http.js'
import { fieldsOf, isFields, parseAnswer, textOf, type Fields } from '#adapters/exchange/fields.js'

export interface ClientOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly customerNumber: string
  readonly password: string
  /** An origin. */
  readonly baseUrl: string
  readonly limits: Limits
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/** DHL eCommerce understood a request and did not carry it out. */
export interface Refusal {
  readonly refused: {
    /** Safe to log. */
    readonly code: string
  }
}

export interface Client {
  /** Null: what was asked for is not there. @throws NoAnswer, NotTaken */
  readonly read: (path: string) => Promise<unknown>
  /** Goes out once. @throws NoAnswer where the outcome is unknown, NotTaken where our account is not taken */
  readonly write: (method: 'POST' | 'PUT', path: string, body?: object) => Promise<{ readonly value: unknown } | Refusal>
}

const COMPANY = 'DHL eCommerce'
const OF_ACCESS: ReadonlySet<number> = new Set([401, 403])
const REFUSALS: ReadonlySet<number> = new Set([400, 404, 422])
/** The order is not ready yet. */
const PASSING: ReadonlySet<string> = new Set(['20001'])

/** A token lasts for hours, but its end is written without a zone. */
const TOKEN_KEPT_MS = 5 * 60_000

export function makeClient ({ clientId, clientSecret, customerNumber, password, baseUrl, limits, nowMs }: ClientOptions): Client {
  const headers = { accept: 'application/json', 'content-type': 'application/json', 'x-ibm-client-id': clientId, 'x-ibm-client-secret': clientSecret, 'x-api-version': '1.0' }
  let token: { readonly jwt: string, readonly untilMs: number } | null = null

  return {
    async read (path) {
      let answer = await authorized('GET', path, '')
      if (answer.status === 401) answer = await authorized('GET', path, '')
      if (answer.status === 401) throw new NotTaken(`${COMPANY} refused its own token`, 'access', '401')
      if (![200, 404].includes(answer.status)) throw new NoAnswer(`${COMPANY} answered with status ${answer.status}`)
      const value = parseAnswer(answer.body, COMPANY)
      if (answer.status === 200) return value
      // The gateway before the service answers 404 as well, for addresses that it does not know.
      if (!isFields(value) || value['httpCode'] !== undefined) throw new NoAnswer(`${COMPANY} does not know an address of its own`)
      return null
    },
    async write (method, path, body) {
      const answer = await authorized(method, path, body === undefined ? '' : JSON.stringify(body))
      if (answer.status === 200 || answer.status === 201) return { value: answer.body.length === 0 ? null : parseAnswer(answer.body, COMPANY) }
      if (!REFUSALS.has(answer.status)) throw new NoAnswer(`${COMPANY} answered with status ${answer.status}`)
      const code = codeOf(parseAnswer(answer.body, COMPANY))
      if (code === NO_CODE || PASSING.has(code)) throw new NoAnswer(`${COMPANY} answered with status ${answer.status} and code ${code}`)
      return { refused: { code } }
    },
  }

  /** A token that is over is given up, so that the next request gets another. */
  async function authorized (method: string, path: string, body: string): Promise<HttpAnswer> {
    const answer = await send(method, path, body, { ...headers, authorization: `Bearer ${await tokenNow()}` })
    if (answer.status === 401) token = null
    return answer
  }

  async function tokenNow (): Promise<string> {
    if (token !== null && token.untilMs > nowMs()) return token.jwt
    const { status, body } = await send('POST', '/token', JSON.stringify({ customerNumber, password, identityType: 1 }), headers)
    if (OF_ACCESS.has(status)) throw new NotTaken(`${COMPANY} refused our account with status ${status}`, 'access', String(status))
    const value = parseAnswer(body, COMPANY)
    const jwt = isFields(value) ? textOf(value, 'jwt') : ''
    if (status !== 200 || jwt === '') throw new NoAnswer(`${COMPANY} gave no token, with status ${status}`)
    token = { jwt, untilMs: nowMs() + TOKEN_KEPT_MS }
    return jwt
  }

  async function send (method: string, path: string, body: string, all: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    return await exchange({ provider: COMPANY, method, url: new URL(`/mngapi/api${path}`, baseUrl), headers: all, body }, limits)
  }
}

const NO_CODE = 'no_code'

function codeOf (answer: unknown): string {
  const error: Fields = isFields(answer) ? fieldsOf(answer, 'error') : {}
  const code = textOf(error, 'code')
  return /^\w{1,20}$/.test(code) ? code : NO_CODE
}

/** The one object of an answer, which may come in a list. Null for none. @throws NoAnswer */
export function oneOf (value: unknown): Fields | null {
  const one: unknown = Array.isArray(value) ? value[0] ?? null : value
  if (one === null || isFields(one)) return one
  throw new NoAnswer(`${COMPANY} answered something that is not an object`)
}
