import type { SendOutcome } from '#domain/notifications/notification.js'
import type { Send, TextMessage } from '#application/ports/notification-sender.js'
import { isPhone, post, type Account, type Answer } from './post.js'

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
