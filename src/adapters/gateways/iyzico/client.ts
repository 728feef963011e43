import type { Refused } from '#application/ports/payment-gateway.js'
import type { Failure } from '#domain/payments/payment.js'
import { type Fields, parseFields, textOf } from './fields.js'
import { exchange, type HttpAnswer, type HttpRequest, NoAnswer, type Limits } from '#adapters/exchange/http.js'
import { authorization, checkSigned, type Credentials, type SignedAnswer } from './signature.js'

/** What an error code says about the money. */
type ErrorMeaning =
  /** The bank declined, finally. */
  | 'declined'
  /** The outcome is unknown, or the request has to be repeated: only a look-up tells. */
  | 'unknown'
  /** Not documented. */
  | 'undocumented'

const DECLINED = [
  '10005', '10012', '10034', '10041', '10043', '10051', '10054', '10057', '10058', '10084', '10093', '10201', '10209', '10215', '10217',
]
/** The bank did not answer, or iyzico did not understand its answer. */
const BANK_SILENT = ['10214', '10216', '10219', '10228', '10240', '10241', '10242']
const LATER = '10246'
const TOO_MANY_REQUESTS = '50000'

const MEANINGS: ReadonlyMap<string, ErrorMeaning> = new Map([
  ...DECLINED.map((code) => [code, 'declined'] as const),
  ...[...BANK_SILENT, LATER, TOO_MANY_REQUESTS].map((code) => [code, 'unknown'] as const),
])

/** Refusals of our key, of its signature or of their headers. */
const OF_ACCESS = /^10\d\d$/
/** Codes of banks have five digits. With a shorter one iyzico refuses the request before a bank sees it. */
const NOT_OF_BANK = /^\d{1,4}$/
/** Of these, the refusals of one request, because of data that the payer or the shop has entered. The others concern every request. */
const OF_REQUEST = /^(?:[3-9]|\d{2,3})$/

export function meaningOf (code: string): ErrorMeaning {
  return OF_ACCESS.test(code) ? 'unknown' : MEANINGS.get(code) ?? 'undocumented'
}

/** What a refusal of a charge is about where it is not about the card; null for the codes of banks. */
export function notOfCard (code: string): Refused['about'] | null {
  if (OF_REQUEST.test(code)) return 'request'
  return NOT_OF_BANK.test(code) ? 'access' : null
}

export interface ClientOptions extends Credentials {
  /** An origin, such as https://api.iyzipay.com */
  readonly baseUrl: string
  readonly limits: Limits
  /** Makes a new text for each request. */
  readonly randomKey: () => string
}

export interface Refusal {
  readonly refused: Failure
  readonly meaning: ErrorMeaning
  readonly answer: Fields
}

export interface PostBody {
  /** Our reference of the request. iyzico repeats it in its answer. */
  readonly conversationId: string
  readonly [name: string]: unknown
}

export type Answer = { readonly fields: Fields } | Refusal

export interface Client {
  /**
   * @param kind of the signed answer; null where iyzico does not sign it
   * @throws NoAnswer where nothing readable came, the answer is not signed as its kind requires, or it refuses another request
   */
  post: (path: string, kind: SignedAnswer | null, body: PostBody) => Promise<Answer>
  /** @throws NoAnswer */
  get: (path: string, query: Readonly<Record<string, string>>) => Promise<Answer>
}

/** The statuses of iyzico's own answers. With any other status the outcome is unknown. */
const READABLE: ReadonlySet<number> = new Set([200, 400, 404, 422])

const MESSAGE_CHARACTERS_MAX = 500

/** Signs each request to iyzico's API, reads each answer and, where iyzico signs answers, checks the signature. */
export function makeClient ({ baseUrl, limits, randomKey, ...credentials }: ClientOptions): Client {
  return {
    async post (path, kind, body) {
      const answer = await call('POST', path, '', JSON.stringify(body))
      if ('refused' in answer) checkOurs(answer, body)
      else if (kind !== null) checkSigned(answer.fields, kind, credentials.secretKey)
      return answer
    },
    get: async (path, query) => await call('GET', path, `?${new URLSearchParams(query).toString()}`, ''),
  }

  async function call (method: HttpRequest['method'], path: string, query: string, body: string): Promise<Answer> {
    const random = randomKey()
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: authorization(credentials, random, path, body),
      'x-iyzi-rnd': random,
    }
    return read(await exchange({ provider: 'iyzico', method, url: new URL(`${path}${query}`, baseUrl), headers, body }, limits))
  }
}

function read ({ status, body }: HttpAnswer): Answer {
  if (!READABLE.has(status)) throw new NoAnswer(`iyzico answered with status ${status}`)
  const fields = parse(body)
  switch (textOf(fields, 'status')) {
    case 'success': return { fields }
    case 'failure': return refusalOf(fields)
    default: throw new NoAnswer('iyzico answered neither success nor failure')
  }
}

/** A refusal is not signed. It may leave out the reference, but it must not name another one. */
function checkOurs ({ answer }: Refusal, { conversationId }: PostBody): void {
  if (!['', conversationId].includes(textOf(answer, 'conversationId'))) throw new NoAnswer('iyzico refused another request')
}

function parse (body: Buffer): Fields {
  try {
    return parseFields(body)
  } catch (cause) {
    throw new NoAnswer('iyzico answered something that is not a JSON object', cause)
  }
}

export const NO_CODE = 'no_code'

/** The code and the message of a refusal, safe to show and store. */
export function refusalOf (answer: Fields): Refusal {
  const given = textOf(answer, 'errorCode')
  const code = /^\d{1,10}$/.test(given) ? given : NO_CODE
  const message = textOf(answer, 'errorMessage').slice(0, MESSAGE_CHARACTERS_MAX)
  return { refused: { code, message: message === '' ? 'iyzico gave no reason' : message }, meaning: meaningOf(code), answer }
}
