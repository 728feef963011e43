import type { SendOutcome } from '#domain/notifications/notification.js'
import type { Send, TextMessage } from '#application/ports/notification-sender.js'
import { isPhone, post, type Account, type Answer } from './post.js'

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
