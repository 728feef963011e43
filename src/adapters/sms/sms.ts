import type { SendOutcome } from '#domain/notifications/notification.js'
import { isInTurkishTables } from '#domain/notifications/sms-text.js'
import type { Send, TextMessage } from '#application/ports/notification-channels.js'
import { callSmsProvider, type Account, type Answer } from './call.js'

export const NETGSM_URL = 'https://api.netgsm.com.tr'
export const TWILIO_URL = 'https://api.twilio.com'

/** Codes with which Netgsm accepts a message, to send it now or at the times at which it may. */
const NETGSM_ACCEPTED = new Set(['00', '01', '02'])
/** The text cannot be sent, or the number or a parameter is wrong. Every other code is about the account, its limits or Netgsm itself. */
const NETGSM_PERMANENT = new Set(['20', '70'])

/**
 * Twilio's codes about the number or the text (https://www.twilio.com/docs/api/errors): not a number, no route to it, its owner
 * has sent STOP, not a mobile, too long. Every other code is about the account or Twilio itself.
 */
const TWILIO_PERMANENT = new Set([21211, 21612, 21610, 21614, 21617])

const NO_PHONE: SendOutcome = { kind: 'permanent', reason: 'no phone number' }

/** Netgsm's REST API v2 (https://www.netgsm.com.tr/dokuman/). `header` is the sender's name, as Netgsm has approved it. */
export function makeNetgsmSender (account: Account & { readonly header: string }): Send<TextMessage> {
  return async ({ to, text }) => {
    if (!isPhone(to)) return NO_PHONE
    // The encoding TR is GSM 03.38 with the Turkish tables. What they lack cannot go out.
    const msg = Array.from(text, (character) => isInTurkishTables(character) ? character : '?').join('')
    // Messages about what the recipients did themselves need no consent in the register of the İYS.
    const body = { msgheader: account.header, messages: [{ msg, no: netgsmNumber(to) }], encoding: 'TR', iysfilter: '0' }
    return await post('Netgsm', account, '/sms/rest/v2/send', 'application/json', JSON.stringify(body), netgsmOutcome)
  }
}

/** Twilio's Messages resource. `from` is a number, a name, or a messaging service (MG…). */
export function makeTwilioSender (account: Account & { readonly from: string }): Send<TextMessage> {
  const sender = account.from.startsWith('MG') ? 'MessagingServiceSid' : 'From'
  return async ({ to, text }) => {
    if (!isPhone(to)) return NO_PHONE
    const body = new URLSearchParams({ To: to, [sender]: account.from, Body: text }).toString()
    const path = `/2010-04-01/Accounts/${account.user}/Messages.json`
    return await post('Twilio', account, path, 'application/x-www-form-urlencoded', body, twilioOutcome)
  }
}

/** A mobile number in the form of E.164. */
function isPhone (to: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(to)
}

/** Ten digits within Türkiye, otherwise the country code after the prefix of international calls. */
function netgsmNumber (to: string): string {
  return to.startsWith('+90') ? to.slice(3) : `00${to.slice(1)}`
}

/** Netgsm refuses by a code in the body, with status 406 or even 200. */
function netgsmOutcome ({ status, body: { code } }: Answer): SendOutcome {
  if (typeof code !== 'string') return { kind: 'temporary', reason: `Netgsm ${status}` }
  if (NETGSM_ACCEPTED.has(code)) return { kind: 'sent' }
  return { kind: NETGSM_PERMANENT.has(code) ? 'permanent' : 'temporary', reason: `Netgsm ${code.slice(0, 10)}` }
}

function twilioOutcome ({ status, body: { code } }: Answer): SendOutcome {
  if (status === 201) return { kind: 'sent' }
  const known = typeof code === 'number' ? code : null
  return { kind: known !== null && TWILIO_PERMANENT.has(known) ? 'permanent' : 'temporary', reason: `Twilio ${known ?? status}` }
}

/** Posts a message and judges the answer. Without one, the provider may have sent the message nevertheless. */
async function post (provider: string, account: Account, path: string, type: string, body: string, judge: (answer: Answer) => SendOutcome): Promise<SendOutcome> {
  const answer = await callSmsProvider(provider, account, { method: 'POST', path, headers: { 'content-type': type }, body })
  return answer === null ? { kind: 'temporary', reason: 'no answer' } : judge(answer)
}
