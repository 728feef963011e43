import { exchange, orUnknown, type Limits } from '#adapters/exchange/http.js'

const LIMITS: Limits = { connectMs: 10_000, totalMs: 10_000, answerBytesMax: 64 * 1024 }

export interface Account {
  /** Base of the provider's API. */
  readonly url: string
  readonly user: string
  readonly password: string
  readonly limits?: Limits
}

export interface Answer {
  readonly status: number
  /** Empty where the answer is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>>
}

interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Calls a provider of SMS with Basic authentication (RFC 7617). Null: there is no answer, and the provider may have done it nevertheless. */
export async function callSmsProvider (provider: string, account: Account, { method, path, headers, body = '' }: Call): Promise<Answer | null> {
  const { url, user, password, limits = LIMITS } = account
  const all = { ...headers, accept: 'application/json', authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
  const answer = await orUnknown(async () => await exchange({ provider, method, url: new URL(`${url}${path}`), headers: all, body }, limits))
  // A redirect is not the provider's word.
  if ('kind' in answer || (answer.status >= 300 && answer.status < 400)) return null
  return { status: answer.status, body: objectOf(answer.body.toString()) }
}

function objectOf (text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value as Answer['body'] : {}
  } catch {
    return {}
  }
}
