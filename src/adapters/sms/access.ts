import type { AccessAnswer } from '#application/ports/payment-gateway.js'
import { callSmsProvider, type Account, type Answer } from './call.js'

export type SmsAccount = Account & ({ readonly provider: 'netgsm', readonly header: string } | { readonly provider: 'twilio' })

/** Asks whether the provider takes our account, by a call that changes nothing: Netgsm lists the senders that it has approved, Twilio shows the account. */
export async function checkSmsAccess (account: SmsAccount): Promise<AccessAnswer> {
  const isNetgsm = account.provider === 'netgsm'
  const answer = isNetgsm
    ? await callSmsProvider('Netgsm', account, { method: 'GET', path: '/sms/rest/v2/msgheader' })
    : await callSmsProvider('Twilio', account, { method: 'GET', path: `/2010-04-01/Accounts/${account.user}.json` })
  if (answer === null) return { kind: 'unknown', reason: `the connection to ${isNetgsm ? 'Netgsm' : 'Twilio'} failed` }
  return isNetgsm ? netgsmAccess(answer, account.header) : twilioAccess(answer)
}

/** Netgsm says 00 and the approved senders, or another code. */
function netgsmAccess ({ status, body: { code, msgheaders } }: Answer, header: string): AccessAnswer {
  if (typeof code !== 'string') return { kind: 'unknown', reason: `Netgsm answers ${status} without a code` }
  if (code !== '00') return refused(code)
  return Array.isArray(msgheaders) && msgheaders.includes(header) ? { kind: 'accepted' } : refused('NETGSM_HEADER is not approved')
}

function twilioAccess ({ status, body: { code } }: Answer): AccessAnswer {
  if (status === 200) return { kind: 'accepted' }
  return typeof code === 'number' ? refused(String(code)) : { kind: 'unknown', reason: `Twilio answers ${status} without a code` }
}

function refused (code: string): AccessAnswer {
  return { kind: 'refused', about: 'access', code: code.slice(0, 40) }
}
