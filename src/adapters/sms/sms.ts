import type { SendOutcome } from '#domain/notifications/notification.js'
import type { Send, TextMessage } from '#application/ports/notification-sender.js'

export const NETGSM_URL = 'https://api.netgsm.com.tr'

/** Codes by which Netgsm has taken a message in, for now or for the times at which it may send. */
const TAKEN = new Set(['00', '01', '02'])
/** A text that can't be sent, and a number or parameter that is wrong. Every other is about the account, its limits or Netgsm itself. */
const PERMANENT = new Set(['20', '70'])

/** Netgsm's REST API v2 (https://www.netgsm.com.tr/dokuman/). `header` is the name that the recipient sees, as Netgsm has approved it. */
export function netgsmSender (account: Account & { readonly header: string }): Send<TextMessage> {
  return async ({ to, text }) => {
    if (!isPhone(to)) return { kind: 'permanent', reason: 'no phone number' }
    // Its own subscribers' messages are information about what they did themselves: they need no consent in the register of the İYS.
    const body = { msgheader: account.header, messages: [{ msg: text, no: localNumber(to) }], encoding: 'TR', iysfilter: '0' }
    return await post(account, '/sms/rest/v2/send', 'application/json', JSON.stringify(body), outcomeOf)
  }
}

/** Ten digits within Türkiye, else the country's code after the prefix of calls abroad. */
function localNumber (to: string): string {
  return to.startsWith('+90') ? to.slice(3) : `00${to.slice(1)}`
}

/** Its refusals are told in the body, with HTTP 406 or even 200. */
function outcomeOf ({ status, body: { code } }: Answer): SendOutcome {
  if (typeof code !== 'string') return { kind: 'temporary', reason: `Netgsm ${status}` }
  if (TAKEN.has(code)) return { kind: 'sent' }
  return { kind: PERMANENT.has(code) ? 'permanent' : 'temporary', reason: `Netgsm ${code.slice(0, 10)}` }
}

export const TWILIO_URL = 'https://api.twilio.com'

/**
 * What is wrong with the number or the text, by https://www.twilio.com/docs/api/errors: not a number, no route to it, its owner has
 * said STOP, not a mobile, too long. Every other code is about the account or Twilio itself.
 */
const PERMANENT = new Set([21211, 21612, 21610, 21614, 21617])

/** Twilio's Messages resource. `from` is a number, a name, or a messaging service (MG…). */
export function twilioSender (account: Account & { readonly from: string }): Send<TextMessage> {
  const sender = account.from.startsWith('MG') ? 'MessagingServiceSid' : 'From'
  return async ({ to, text }) => {
    if (!isPhone(to)) return { kind: 'permanent', reason: 'no phone number' }
    const body = new URLSearchParams({ To: to, [sender]: account.from, Body: text }).toString()
    return await post(account, `/2010-04-01/Accounts/${account.user}/Messages.json`, 'application/x-www-form-urlencoded', body, outcomeOf)
  }
}

function outcomeOf ({ status, body: { code } }: Answer): SendOutcome {
  if (status === 201) return { kind: 'sent' }
  const known = typeof code === 'number' ? code : null
  return { kind: known !== null && PERMANENT.has(known) ? 'permanent' : 'temporary', reason: `Twilio ${known ?? status}` }
}

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
