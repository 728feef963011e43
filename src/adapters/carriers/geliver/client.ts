import { exchange, NoAnswer, NotTaken, type Limits } from '#adapters/exchange/http.js'
import { isFields, parseAnswer, textOf, type Fields } from '#adapters/exchange/fields.js'

export interface ClientOptions {
  readonly token: string
  /** An origin. */
  readonly baseUrl: string
  readonly limits: Limits
}

/** Geliver understood a request and did not carry it out. */
export interface Refusal {
  readonly refused: {
    readonly status: number
    /** Such as E1051; safe to log. */
    readonly code: string
  }
}

export type Answer = { readonly data: unknown } | Refusal

export interface Client {
  readonly baseUrl: string
  /** @throws NoAnswer where the outcome is unknown, NotTaken where Geliver takes no request under our token */
  readonly call: (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<Answer>
}

const OF_ACCESS: ReadonlySet<number> = new Set([401, 403])
/** A refusal may come under 200 as well. */
const READABLE: ReadonlySet<number> = new Set([200, 201, 400, 402, 404, 422])

const COMPANY = 'Geliver'

/** Each request goes out once: Geliver's own package repeats purchases. */
export function makeClient ({ token, baseUrl, limits }: ClientOptions): Client {
  const headers = { accept: 'application/json', 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return {
    baseUrl,
    async call (method, path, body) {
      const message = { provider: COMPANY, method, url: new URL(`/api/v1${path}`, baseUrl), headers, body: body === undefined ? '' : JSON.stringify(body) }
      const { status, body: bytes } = await exchange(message, limits)
      if (OF_ACCESS.has(status)) throw new NotTaken(`${COMPANY} refused our token with status ${status}`, 'access', String(status))
      if (!READABLE.has(status)) throw new NoAnswer(`${COMPANY} answered with status ${status}`)
      return answerOf(status, parseAnswer(bytes, COMPANY))
    },
  }
}

/** @throws NoAnswer */
function answerOf (status: number, envelope: unknown): Answer {
  if (!isFields(envelope) || typeof envelope['result'] !== 'boolean') throw new NoAnswer(`${COMPANY} answered neither success nor failure`)
  if (!envelope['result']) return { refused: { status, code: codeOf(envelope) } }
  if (status > 201) throw new NoAnswer(`${COMPANY} answered a success with status ${status}`)
  return { data: envelope['data'] }
}

function codeOf (envelope: Fields): string {
  const code = textOf(envelope, 'code')
  return /^E\d{1,8}$/.test(code) ? code : 'no_code'
}
