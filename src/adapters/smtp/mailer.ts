import { setTimeout } from 'node:timers/promises'
import type { SendOutcome } from '#domain/notifications/notification.js'
import type { Mail, Send } from '#application/ports/notification-channels.js'

/** Milliseconds. `totalMs` ends a delivery whose steps each stay within their own limit. */
const TIMEOUTS = { connectMs: 5_000, greetingMs: 5_000, silenceMs: 15_000, totalMs: 30_000 }

export interface SmtpOptions {
  readonly host: string
  readonly port: number
  /** TLS from the first byte, as on port 465. */
  readonly secure: boolean
  /** Refuses to send without TLS. Otherwise TLS is used where the server offers it. */
  readonly requireTls: boolean
  readonly credentials: { readonly user: string, readonly pass: string } | null
  /** Such as `BasVideo <no-reply@shop.example>`. */
  readonly from: string
  readonly timeouts?: typeof TIMEOUTS
}

/** One mailbox, without characters that could begin another one, a name or a header. */
const ADDRESS = /^[^\s<>()[\]\\,;:"@\p{C}]+@[^\s<>()[\]\\,;:"@\p{C}]+$/u

/** Sends mails over SMTP, each on a connection of its own. Outcomes name the server's codes only, because its texts often repeat the address. */
export function makeSmtpMailer (options: SmtpOptions): Send<Mail> {
  const { from, timeouts = TIMEOUTS } = options
  const transport = openTransport(options)
  const domain = from.slice(from.lastIndexOf('@') + 1).replace('>', '')

  return async (mail) => {
    const { notificationId, to, subject, text, html, locale, unsubscribeUrl } = mail
    if (!ADDRESS.test(to)) return { kind: 'permanent', reason: 'no mail address' }
    return await inTime(timeouts.totalMs, transport.then(async (open) => {
      await open.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId: `<${notificationId}@${domain}>`,
        headers: {
          'Auto-Submitted': 'auto-generated',
          'Content-Language': locale,
          ...(unsubscribeUrl !== null && { 'List-Unsubscribe': `<${unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
        },
      })
    }))
  }
}

/** Whether the server takes our connection and our password: asked without a mail. Null where it does, else the code of its refusal. */
export async function checkSmtp (options: SmtpOptions): Promise<string | null> {
  const outcome = await inTime((options.timeouts ?? TIMEOUTS).totalMs, openTransport(options).then(async (open) => { await open.verify() }))
  return outcome.kind === 'sent' ? null : outcome.reason
}

/** The package is imported here, so that a service without mail does not wait for it at its start. */
async function openTransport ({ host, port, secure, requireTls, credentials, timeouts = TIMEOUTS }: SmtpOptions) {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    host,
    port,
    secure,
    requireTLS: requireTls,
    ...(credentials !== null && { auth: credentials }),
    connectionTimeout: timeouts.connectMs,
    dnsTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** What becomes of an exchange with the server, at the latest after this time. */
async function inTime (totalMs: number, exchange: Promise<void>): Promise<SendOutcome> {
  const over = new AbortController()
  const late = setTimeout(totalMs, LATE, { signal: over.signal }).catch(() => LATE)
  const outcome = await Promise.race([exchange.then((): SendOutcome => ({ kind: 'sent' }), outcomeOf), late])
  over.abort()
  return outcome
}

const LATE: SendOutcome = { kind: 'temporary', reason: 'no answer in time' }

/** The part of nodemailer's errors that is read here. */
interface SmtpError {
  readonly code?: string
  readonly responseCode?: number
}

/** Only a refusal of this mail or mailbox is permanent. A server that refuses every mail, or our password, may accept a later try. */
function outcomeOf ({ code = 'EUNKNOWN', responseCode }: SmtpError): SendOutcome {
  const ofThisMail = code === 'EENVELOPE' || code === 'EMESSAGE'
  const reason = responseCode === undefined ? code : `${code} ${responseCode}`
  return { kind: ofThisMail && responseCode !== undefined && responseCode >= 500 ? 'permanent' : 'temporary', reason }
}
