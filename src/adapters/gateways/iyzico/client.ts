import type { Failure } from '#domain/payments/payment.js'
import { meaningOf, type ErrorMeaning } from './error-code.js'
import { parseFields, textOf, type Fields } from './fields.js'
import { exchange, type HttpAnswer, type HttpRequest, type Timeouts } from '#adapters/exchange/http.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'
import { authorization, checkSigned, type Credentials, type SignedAnswer } from './signature.js'

export interface ClientOptions extends Credentials {
  /** An origin, such as https://api.iyzipay.com */
  readonly baseUrl: string
  readonly timeouts: Timeouts
  /** Another one for each request. */
  readonly randomKey: () => string
}

export interface Refusal {
  readonly refused: Failure
  readonly meaning: ErrorMeaning
  readonly answer: Fields
}

export interface PostBody {
  /** Our reference of what is asked for, which iyzico repeats in its answer. */
  readonly conversationId: string
  readonly [name: string]: unknown
}

export type Answer = { readonly fields: Fields } | Refusal

export interface Client {
  /** @throws NoAnswer: nothing readable came, or what came is not signed as this kind of answer has to be, or refuses something else */
  post: (path: string, kind: SignedAnswer, body: PostBody) => Promise<Answer>
  /** @throws NoAnswer */
  get: (path: string, query: Readonly<Record<string, string>>) => Promise<Answer>
}

/** With these iyzico says what it thinks; any other status is no word on what has happened. */
const READABLE: ReadonlySet<number> = new Set([200, 400, 404, 422])

const MESSAGE_CHARACTERS_MAX = 500

/** iyzico's API: each request signed, each answer read and, where iyzico signs it, checked. */
export function makeClient ({ baseUrl, timeouts, randomKey, ...credentials }: ClientOptions): Client {
  return {
    async post (path, kind, body) {
      const answer = await call('POST', path, '', JSON.stringify(body))
      if ('fields' in answer) checkSigned(answer.fields, kind, credentials.secretKey)
      else checkOurs(answer, body)
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
    return read(await exchange({ provider: 'iyzico', method, url: new URL(`${path}${query}`, baseUrl), headers, body }, timeouts))
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

/** A refusal is not signed, and need not say what it refuses; but what it says has to be ours. */
function checkOurs ({ answer }: Refusal, { conversationId }: PostBody): void {
  if (!['', conversationId].includes(textOf(answer, 'conversationId'))) throw new NoAnswer('iyzico refused something else')
}

function parse (body: Buffer): Fields {
  try {
    return parseFields(body)
  } catch (cause) {
    throw new NoAnswer('iyzico answered something that is no JSON object', cause)
  }
}

/** The code and the words of a refusal, as they may be shown and stored. */
export function refusalOf (answer: Fields): Refusal {
  const given = textOf(answer, 'errorCode')
  const code = /^\d{1,10}$/.test(given) ? given : 'no_code'
  const message = textOf(answer, 'errorMessage').slice(0, MESSAGE_CHARACTERS_MAX)
  return { refused: { code, message: message === '' ? 'iyzico gave no reason' : message }, meaning: meaningOf(code), answer }
}
