import type { SendOutcome } from '#domain/notifications/notification.js'

const TIMEOUT_MS = 10_000
/** Of an answer; more than this is none of a provider. */
const ANSWER_MAX_BYTES = 64 * 1024

export interface Account {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly timeoutMs?: number
}

export interface Answer {
  readonly status: number
  /** Empty where it is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>
}

const SILENCE: SendOutcome = { kind: 'temporary', reason: 'no answer' }

/** A mobile number as E.164 has it. */
export function isPhone (to: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(to)
}

/** Sends a body with Basic authentication (RFC 7617), and judges the answer. Where none came the message may have gone out nevertheless. */
export async function post (account: Account, path: string, type: string, body: string, judge: (answer: Answer) => SendOutcome): Promise<SendOutcome> {
  const { url, user, password, timeoutMs = TIMEOUT_MS } = account
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, accept: 'application/json', authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
      body,
      // Whoever is sent elsewhere would take the password along.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    return judge({ status: response.status, body: objectOf(await textOf(response)) })
  } catch {
    return SILENCE
  }
}

async function textOf (response: Response): Promise<string> {
  let bytes = Buffer.alloc(0)
  for await (const chunk of response.body ?? []) {
    bytes = Buffer.concat([bytes, chunk as Uint8Array])
    if (bytes.length > ANSWER_MAX_BYTES) throw new Error('the answer is too long')
  }
  return bytes.toString()
}

function objectOf (text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value as Answer['body'] : {}
  } catch {
    return {}
  }
}
