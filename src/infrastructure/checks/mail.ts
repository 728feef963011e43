import { checkSmtp } from '#adapters/smtp/mailer.js'
import type { Config } from '../config/config.js'
import { fault, ok, type Finding } from './finding.js'

/** What mends a refusal, by the beginning of its code. */
const REMEDIES: ReadonlyArray<readonly [code: RegExp, remedy: string]> = [
  [/^EAUTH/, 'correct the user and the password in SMTP_URL'],
  [/^E?TLS/, 'take a server with TLS, as by smtps:// in SMTP_URL; a catcher on this machine needs ALLOW_PLAIN_SMTP=true'],
  [/^/, 'correct the host and the port in SMTP_URL, and let this machine reach them'],
]

/** Whether the mail server takes our connection and password. */
export async function checkMail ({ notifications: { smtp }, production }: Config): Promise<Finding> {
  if (smtp === null) return ok('mail', `no SMTP_URL: mails are ${production ? 'not sent' : 'shown at /dev/outbox'}`)
  const refusal = await checkSmtp(smtp)
  if (refusal === null) return ok('mail', `${smtp.host} takes our connection${smtp.credentials === null ? '' : ' and password'}`)
  return fault('mail', `${smtp.host}: ${refusal}`, String(REMEDIES.find(([code]) => code.test(refusal))?.[1]))
}
