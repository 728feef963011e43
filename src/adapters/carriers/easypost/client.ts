import { exchange, NoAnswer, NotTaken, type Limits } from '#adapters/exchange/http.js'
import { fieldsOf, isFields, parseAnswer, textOf, type Fields } from '#adapters/exchange/fields.js'

export interface ClientOptions {
  readonly apiKey: string
  /** An origin. */
  readonly baseUrl: string
  readonly limits: Limits
}

/** EasyPost understood a request and did not carry it out. */
export interface Refusal {
  readonly refused: {
    readonly status: number
    /** Safe to log. */
    readonly code: string
    /** Names of fields of the request that are wrong. */
    readonly fields: readonly string[]
  }
}

export type Answer = { readonly value: Fields } | Refusal

export interface Client {
  readonly baseUrl: string
  /** @throws NoAnswer where the outcome is unknown, NotTaken where EasyPost takes no request under our key */
  readonly call: (method: 'GET' | 'POST', path: string, body?: object) => Promise<Answer>
}

const OF_ACCESS: ReadonlySet<number> = new Set([401, 403])
/** The statuses of a request that was not carried out. 408, 409 and 429 are about the moment. */
const REFUSALS: ReadonlySet<number> = new Set([400, 402, 404, 405, 412, 422])
/** Codes that are about the moment, whatever their status: the carrier behind EasyPost has the request, or may have it. */
const PASSING: ReadonlySet<string> = new Set(['SHIPMENT.PURCHASE.IN_PROGRESS', 'SHIPMENT.POSTAGE.TIMED_OUT', 'SHIPMENT.POSTAGE.NO_RESPONSE'])

const COMPANY = 'EasyPost'

/** Calls EasyPost with Basic authentication: the key is the user, and the password is empty. */
export function makeClient ({ apiKey, baseUrl, limits }: ClientOptions): Client {
  const headers = { accept: 'application/json', 'content-type': 'application/json', authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}` }
  return {
    baseUrl,
    async call (method, path, body) {
      const message = { provider: COMPANY, method, url: new URL(`/v2${path}`, baseUrl), headers, body: body === undefined ? '' : JSON.stringify(body) }
      const answer = await exchange(message, limits)
      const value = parseAnswer(answer.body, COMPANY)
      if (!isFields(value)) throw new NoAnswer(`${COMPANY} answered something that is not an object`)
      return answer.status === 200 || answer.status === 201 ? { value } : refusalOf(answer.status, value)
    },
  }
}

/** @throws NoAnswer, NotTaken */
function refusalOf (status: number, answer: Fields): Refusal {
  const error = fieldsOf(answer, 'error')
  const code = codeOf(textOf(error, 'code'))
  if (OF_ACCESS.has(status)) throw new NotTaken(`${COMPANY} refused our key with status ${status}`, 'access', code)
  if (!REFUSALS.has(status) || code === NO_CODE || PASSING.has(code)) throw new NoAnswer(`${COMPANY} answered with status ${status} and code ${code}`)
  return { refused: { status, code, fields: fieldNames(error['errors']) } }
}

const NO_CODE = 'no_code'

function codeOf (text: string): string {
  return /^[A-Z][A-Z0-9_.]{0,63}$/.test(text) ? text : NO_CODE
}

function fieldNames (errors: unknown): readonly string[] {
  if (!Array.isArray(errors)) return []
  return errors.map((error: unknown) => isFields(error) ? textOf(error, 'field') : '').filter((name) => /^[a-z][a-z0-9_.]{0,63}$/.test(name)).slice(0, 5)
}
